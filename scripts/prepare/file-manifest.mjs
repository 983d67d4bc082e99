import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { readStamp, writeStamp } from './stamps.mjs';

/**
 * Writes down which files a step has made, by path, size and modification time, and the modification times of their
 * folders.
 *
 * @param folders relative to the root
 * @param isLeftOut names that other programs write to
 */
export function recordFiles(name, folders, isLeftOut = () => false) {
  const found = { folders: {}, files: {} };
  for (const folder of folders) listFiles(folder, isLeftOut, found);
  writeStamp(`${name}-folders`, JSON.stringify(found.folders));
  writeStamp(`${name}-files`, JSON.stringify(found.files));
}

/** Whether every file that was written down is still what it was; more files may be there. A stat a file. */
export function filesAreIntact(name) {
  return everyFile(name, (stats, [size, modified]) => stats.size === size && stats.mtimeMs === modified);
}

/**
 * The same for very many files that nobody edits: a folder's time changes when something in it comes or goes, so only
 * folders are looked at, and their files only where one has changed.
 */
export function foldersAreIntact(name) {
  const folders = readManifest(`${name}-folders`);
  if (folders === undefined) return false;
  const changed = Object.entries(folders).filter(([path, modified]) => statOf(path)?.mtimeMs !== modified);
  return changed.length === 0 || everyFile(name, (stats, [size]) => stats.size === size);
}

/** Whether a manifest was ever written. */
export function isRecorded(name) {
  return readStamp(`${name}-files`) !== undefined;
}

function everyFile(name, isSame) {
  const files = readManifest(`${name}-files`);
  if (files === undefined) return false;
  return Object.entries(files).every(([path, noted]) => {
    const stats = statOf(path);
    return stats !== undefined && isSame(stats, noted);
  });
}

/** Undefined also for a file that was cut off. */
function readManifest(name) {
  try {
    return JSON.parse(readStamp(name) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

function statOf(path) {
  try {
    return statSync(join(root, path), { throwIfNoEntry: false });
  } catch {
    // A file stands where a folder was, or it is not ours to look at.
    return undefined;
  }
}

function listFiles(folder, isLeftOut, found) {
  const stats = statOf(folder);
  if (stats === undefined) return;
  found.folders[folder] = stats.mtimeMs;
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (isLeftOut(entry.name, folder)) continue;
    if (entry.isDirectory()) listFiles(path, isLeftOut, found);
    else if (entry.isFile()) {
      const { size, mtimeMs } = statSync(join(root, path));
      found.files[path] = [size, mtimeMs];
    }
  }
}
