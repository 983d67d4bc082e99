import { randomUUID } from 'node:crypto';
import { closeSync, fchownSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Owner of a file. */
export interface Owner {
  uid: number;
  gid: number;
}

/**
 * Replaces a file as a whole: a reader, and a machine that loses power, sees the old content or the new, never
 * half of it. The file is readable by its owner alone.
 *
 * @param owner given by root, to hand the file to the directory's owner
 */
export function writeFileDurably(path: string, content: string, owner?: Owner): void {
  const temporary = `${path}.${randomUUID()}.tmp`;
  writeNewFile(temporary, content, owner);
  renameSync(temporary, path);
  syncDirectory(dirname(path));
}

/** Writes a file that must not exist yet (a symbolic link in its place is not followed) and flushes it. */
export function writeNewFile(path: string, content: string, owner?: Owner): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, content);
    if (owner !== undefined) fchownSync(file, owner.uid, owner.gid);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes renames and new names inside a directory survive a power loss. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
