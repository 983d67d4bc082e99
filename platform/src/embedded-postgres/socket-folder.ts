import { chmodSync, chownSync, lstatSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, isRoot } from './account.js';
import { socketFile } from './endpoint.js';
import { EmbeddedPostgresError, systemErrorCode } from './errors.js';
import { canEnter } from './reachability.js';

/** Bytes of a socket's path that fit into the system's address structure, its closing zero aside. */
const LONGEST_PATH = process.platform === 'linux' ? 107 : 103;

const STICKY = 0o1000;
const WRITABLE_BY_OTHERS = 0o022;
const OPEN_TO_OTHERS = 0o077;

/**
 * The folder that the server's socket lies in: PGDATA, which is its account's alone; where that path is too long, or its
 * file system has no sockets, a new folder with mode 0700 among the system's temporary ones.
 *
 * @throws {EmbeddedPostgresError} `no_socket_folder`
 */
export async function placeSocket(
  pgdata: string,
  account: Account,
  temporary: readonly string[] = [tmpdir(), '/tmp', '/var/tmp'],
): Promise<string> {
  if (fits(pgdata) && (await holdsSockets(pgdata))) return pgdata;
  for (const parent of temporary) {
    const folder = makeRuntimeFolder(parent, account);
    if (folder === undefined) continue;
    if (await holdsSockets(folder)) return folder;
    rmSync(folder, { recursive: true, force: true });
  }
  throw new EmbeddedPostgresError(
    'no_socket_folder',
    `The path ${pgdata} is too long for a Unix socket (${LONGEST_PATH} bytes with its name), or its file system has none, ` +
      `and ${temporary.join(', ')} cannot be used instead. Set DATA_DIR to a shorter path on a local disk.`,
  );
}

/**
 * Refuses a folder in which somebody else could have put a socket. Asked before each first connection.
 *
 * @throws {EmbeddedPostgresError} `socket_folder_foreign`
 */
export function refuseForeignFolder(folder: string, uid: number): void {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats?.isDirectory() && stats.uid === uid && (stats.mode & OPEN_TO_OTHERS) === 0) return;
  throw new EmbeddedPostgresError(
    'socket_folder_foreign',
    stats === undefined
      ? `${folder}, where the database's socket lies, is not there: the server that runs on this data directory ` +
          'runs in another container, or the folder was removed. Run this there, or restart that server.'
      : `${folder}, where the database's socket lies, is not a folder that user id ${uid} alone can enter. ` +
          'Somebody may have put another in its place: look at it, then restart the server that runs on this data directory.',
  );
}

/**
 * Removes what a server that was killed left: its lock would stop the next one while another process has its id. Only for
 * who holds the data directory.
 */
export function removeStaleSocket(folder: string): void {
  for (const path of [socketFile(folder), `${socketFile(folder)}.lock`]) rmSync(path, { force: true });
}

/** Removes a folder that was made beside the data directory, if it is still what was made. */
export function removeRuntimeFolder(folder: string, uid: number): void {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats?.isDirectory() && stats.uid === uid) rmSync(folder, { recursive: true, force: true });
}

function fits(folder: string): boolean {
  return Buffer.byteLength(socketFile(folder)) <= LONGEST_PATH;
}

/** Makes a folder that is short enough, that the account can enter, and that no other user can swap; undefined where that fails. */
function makeRuntimeFolder(parent: string, account: Account): string | undefined {
  if (!fits(join(parent, 'att-XXXXXX')) || !isSafe(parent, account)) return undefined;
  try {
    const folder = mkdtempSync(join(parent, 'att-'));
    chmodSync(folder, 0o700);
    if (isRoot()) chownSync(folder, account.uid, account.gid);
    if (canEnter(folder, account)) return folder;
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}

/** Others may rename our folder where its parent is writable to them, unless the parent has the sticky bit. */
function isSafe(parent: string, account: Account): boolean {
  const stats = statSync(parent, { throwIfNoEntry: false });
  if (stats === undefined || ![0, account.uid, process.getuid?.()].includes(stats.uid)) return false;
  return (stats.mode & WRITABLE_BY_OTHERS) === 0 || (stats.mode & STICKY) !== 0;
}

/** Tries to make a socket there: mounts of another system's disks take files, but no sockets. */
function holdsSockets(folder: string): Promise<boolean> {
  removeStaleSocket(folder);
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(socketFile(folder), () => server.close(() => resolve(true)));
  });
}
