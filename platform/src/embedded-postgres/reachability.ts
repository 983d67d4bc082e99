import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Account } from './account.js';

const READ = 4;
const EXECUTE = 1;

/**
 * Whether the account may pass through `path` and every folder above it. Judged by owner, group and mode;
 * access control lists are not looked at, so at worst a directory that could be entered counts as closed.
 */
export function canEnter(path: string, account: Account): boolean {
  let folder = realpathSync(path);
  while (grants(folder, account, EXECUTE)) {
    const parent = dirname(folder);
    if (parent === folder) return true;
    folder = parent;
  }
  return false;
}

/** Whether the account may read and execute this one file or folder (the folders above it aside). */
export function canReadAndExecute(path: string, account: Account): boolean {
  return grants(path, account, READ | EXECUTE);
}

/** Whether the account may read this one file. */
export function canRead(path: string, account: Account): boolean {
  return grants(path, account, READ);
}

function grants(path: string, account: Account, wanted: number): boolean {
  const { uid, gid, mode } = statSync(path);
  // The first class that fits decides, as in the kernel: an owner without the bit is refused.
  const bits = uid === account.uid ? mode >> 6 : gid === account.gid ? mode >> 3 : mode;
  return (bits & wanted) === wanted;
}
