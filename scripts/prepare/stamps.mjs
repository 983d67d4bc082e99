import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

const folder = join(root, 'node_modules', '.cache', 'att');

/** The fingerprint a step left when it last succeeded, or undefined. */
export function readStamp(name) {
  return readIfPresent(join(folder, `${name}.stamp`));
}

/** Records that a step succeeded for this fingerprint; by rename, so that a reader never sees half of it. */
export function writeStamp(name, fingerprint) {
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `${name}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, fingerprint);
    renameSync(temporary, join(folder, `${name}.stamp`));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * A hash over path, size and modification time of every file under `paths` (relative to the root), which
 * costs a stat a file and no reading.
 */
export function fingerprintFiles(paths, salt = '') {
  const hash = createHash('sha256').update(salt);
  for (const path of paths) addToHash(hash, path);
  return hash.digest('hex');
}

/** A file's text, or undefined when there is no such file. */
export function readIfPresent(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const DERIVED = new Set(['node_modules', 'dist', '.cache', 'coverage']);

function addToHash(hash, path) {
  const stats = statSync(join(root, path), { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isDirectory()) {
    hash.update(`${path}\0${stats.size}\0${stats.mtimeMs}\n`);
    return;
  }
  for (const name of readdirSync(join(root, path)).sort()) {
    if (!DERIVED.has(name)) addToHash(hash, `${path}/${name}`);
  }
}
