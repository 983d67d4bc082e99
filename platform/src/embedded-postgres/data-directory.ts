import { chmodSync, chownSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Account, chooseAccount, isRoot } from './account.js';
import { EmbeddedPostgresError, systemErrorCode } from './errors.js';
import { canEnter } from './reachability.js';

/** A data directory that exists, is ours, and is closed to everybody else. */
export interface DataDirectory {
  /** The real path, free of symbolic links. */
  path: string;
  inode: string;
  account: Account;
  /** Whether the account that runs PostgreSQL can work inside the directory. */
  reachable: boolean;
  /** Set when we are root: files we write there go to the directory's owner. */
  owner: Account | undefined;
}

const OURS = new Set(['api-key', 'database.json', 'lock', 'postgres', 'postgres.out']);
/** Files of a process that was killed while it wrote: they never got their final names. */
const UNFINISHED_RECORD = /^database\.json\.[0-9a-f-]{36}\.tmp$/;
const UNFINISHED_KEY = /^api-key\.[0-9a-f-]{36}\.tmp$/;

/**
 * Makes the data directory (mode 0700), or checks that a directory which exists is empty or ours.
 *
 * As root the directory is handed to the account that runs PostgreSQL, where that account can get to it. Where it
 * cannot (a clone under root's private home), the directory stays root's and the database lives elsewhere.
 *
 * @throws {EmbeddedPostgresError} `data_directory_foreign`, `data_directory_inaccessible`, `account_unknown`
 */
export function openDataDirectory(requested: string): DataDirectory {
  const path = resolve(requested);
  try {
    makeFolder(path, 0o700);
    refuseForeign(path);
    return prepare(realpathSync(path));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    throw inaccessibleDirectory(path, error, code);
  }
}

/** Folder by folder: with `recursive`, Node tries for ever in a file system that makes none, such as /proc. */
function makeFolder(path: string, mode?: number): void {
  const parent = dirname(path);
  if (statSync(parent, { throwIfNoEntry: false }) === undefined) makeFolder(parent);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Two processes that start together make it both.
    if (systemErrorCode(error) !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
  }
}

function prepare(path: string): DataDirectory {
  const stats = statSync(path, { bigint: true });
  const ownerUid = Number(stats.uid);
  const account = chooseAccount(ownerUid);
  const reachable = !isRoot() || canEnter(dirname(path), account);
  if (isRoot() && reachable && ownerUid !== account.uid) chownSync(path, account.uid, account.gid);
  chmodSync(path, 0o700);
  const owner = isRoot() ? ownerOf(path, account) : undefined;
  return { path, inode: stats.ino.toString(), account, reachable, owner };
}

function ownerOf(path: string, account: Account): Account {
  const { uid, gid } = statSync(path);
  return uid === account.uid ? account : { name: 'root', uid, gid };
}

// We are about to close the directory to everybody else: never do that to a home, a /tmp or a /.
function refuseForeign(path: string): void {
  const names = readdirSync(path).filter((name) => name !== 'lost+found');
  if (names.includes('database.json') || names.every(isOurs)) return;
  throw new EmbeddedPostgresError(
    'data_directory_foreign',
    `The directory ${path} holds files, and none of them is a database of this program (${names.find((name) => !isOurs(name))} …). ` +
      'Set DATA_DIR to a directory which is empty or does not exist yet.',
  );
}

export function inaccessibleDirectory(path: string, cause: unknown, code: string): EmbeddedPostgresError {
  const who = process.getuid === undefined ? '' : ` as user id ${process.getuid()}`;
  return new EmbeddedPostgresError(
    'data_directory_inaccessible',
    `The data directory ${path} cannot be used${who} (${code}). ` +
      'If another user made it, run as that user; else set DATA_DIR to a directory of your own.',
    { cause },
  );
}

function isOurs(name: string): boolean {
  return OURS.has(name) || UNFINISHED_RECORD.test(name) || UNFINISHED_KEY.test(name);
}

/** Deletes records that were never finished. The caller holds the lock: no other process writes one now. */
export function removeUnfinishedRecords(path: string): void {
  for (const name of readdirSync(path)) {
    if (UNFINISHED_RECORD.test(name)) rmSync(join(path, name), { force: true });
  }
}

/** Path of a database that lies inside the data directory. */
export function pgdataInside(dataDirectory: string): string {
  return join(dataDirectory, 'postgres');
}
