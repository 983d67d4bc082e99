import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Account } from './account.js';
import { type Binaries, binariesIn } from './binaries.js';
import { systemErrorCode } from './errors.js';
import type { EmbeddedPostgresLog } from './log.js';
import { canEnter, canRead, canReadAndExecute } from './reachability.js';

/**
 * The same binaries in a place where the account can run them: where they are, if it can get there, else a copy
 * under `home`. The copy's name holds the version and a hash, so that it is made once and shared; it is made under another
 * name and renamed, so that of two starts at once the first wins and the other uses its copy.
 */
export function reachableBinaries(
  binaries: Binaries,
  account: Account,
  home: string,
  log: EmbeddedPostgresLog,
): Binaries {
  if (canRun(binaries, account)) return binaries;
  const parent = join(home, 'binaries');
  mkdirSync(parent, { recursive: true });
  for (const folder of [home, parent]) chmodSync(folder, 0o755);
  const files = listFiles(binaries.folder);
  const staged = join(parent, `${binaries.version}-${hash(binaries, files)}`);
  if (!isComplete(staged, files)) {
    stage(binaries.folder, staged);
    log.info(
      { staged, account: account.name },
      `copied the PostgreSQL binaries to where ${account.name} can run them`,
    );
  }
  return binariesIn(staged, binaries.version);
}

function canRun(binaries: Binaries, account: Account): boolean {
  const { folder } = binaries;
  const folders = [folder, join(folder, 'bin'), join(folder, 'lib'), join(folder, 'share', 'postgresql')];
  return (
    folders.every((path) => canEnter(path, account)) &&
    canReadAndExecute(binaries.postgres, account) &&
    canReadAndExecute(binaries.initdb, account) &&
    canRead(join(folder, 'share', 'postgresql', 'postgres.bki'), account)
  );
}

function stage(from: string, to: string): void {
  const temporary = `${to}.${randomUUID()}.tmp`;
  cpSync(from, temporary, { recursive: true, verbatimSymlinks: true });
  openToAll(temporary);
  // Only a copy that lost files (a machine that lost power while writing it) is still in the way here.
  if (existsSync(to)) renameSync(to, `${temporary}.broken`);
  try {
    renameSync(temporary, to);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    rmSync(temporary, { recursive: true, force: true });
  }
  rmSync(`${temporary}.broken`, { recursive: true, force: true });
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile())
      chmodSync(path, lstatSync(path).mode | 0o444 | (folder.endsWith('/bin') ? 0o111 : 0));
  }
}

interface ListedFile {
  path: string;
  size: number;
}

function listFiles(folder: string): ListedFile[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path: path.slice(folder.length + 1), size: lstatSync(path).size };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

function isComplete(folder: string, files: ListedFile[]): boolean {
  return files.every(
    ({ path, size }) => lstatSync(join(folder, path), { throwIfNoEntry: false })?.size === size,
  );
}

// The server's own bytes, and the names and sizes of the thousand files beside it: 20 ms instead of 200.
function hash(binaries: Binaries, files: ListedFile[]): string {
  const digest = createHash('sha256').update(readFileSync(binaries.postgres));
  for (const { path, size } of files) digest.update(`${path}\0${size}\n`);
  return digest.digest('hex').slice(0, 16);
}
