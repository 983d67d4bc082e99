import { randomUUID } from 'node:crypto';
import {
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Owner, writeFileDurably, writeNewFile } from './durable-file.js';
import { EmbeddedPostgresError, systemErrorCode } from './errors.js';
import type { EmbeddedPostgresLog } from './log.js';
import { processIdPlace, processStartTime } from './process-identity.js';

/** A data directory held by this process, until it is released or the process ends. */
export interface DataDirectoryLock {
  /** False once the directory was deleted under us: what lies at its path now may be another process's. */
  isHeld(): boolean;
  release(): void;
}

const lockSchema = z.object({
  pid: z.int(),
  startTime: z.string(),
  place: z.string(),
  inode: z.string(),
  released: z.boolean(),
});
type LockContent = z.infer<typeof lockSchema>;

const HEARTBEAT_MS = 2_000;
const SILENT_MS = 10_000;
const POLL_MS = 250;

/**
 * Takes the data directory for this process alone; a second process is refused at once.
 *
 * The lock is the highest numbered file of `lock/`. It is taken by making the next number, which only one process can
 * (`link` fails when the name exists), after the highest was found released or its process ended; the highest
 * is never deleted, so a number is never used twice and a slow contender cannot take a lock which it saw as stale
 * before somebody else took it. A holder is recognised by process id and start time, which an id that is used again does
 * not match. Where the id was written in another container or before a reboot, it says nothing here: the
 * holder's heartbeat, the file's time, then decides.
 *
 * @param owner given by root, to leave the files to the directory's owner
 * @throws {EmbeddedPostgresError} `data_directory_in_use`
 */
export async function lockDataDirectory(
  dataDirectory: string,
  log: EmbeddedPostgresLog,
  owner?: Owner,
): Promise<DataDirectoryLock> {
  const folder = join(dataDirectory, 'lock');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  const content = ownContent(dataDirectory);
  for (;;) {
    const highest = highestNumber(folder);
    if (highest > 0) await refuseIfHeld(dataDirectory, join(folder, String(highest)), content);
    const path = join(folder, String(highest + 1));
    if (!tryCreate(path, content, owner)) continue;
    if (highestNumber(folder) > highest + 1) {
      rmSync(path, { force: true });
      continue;
    }
    removeOthers(folder, highest + 1);
    return holdLock(path, content, log, owner);
  }
}

function holdLock(
  path: string,
  content: LockContent,
  log: EmbeddedPostgresLog,
  owner?: Owner,
): DataDirectoryLock {
  const heartbeat = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch (error) {
      clearInterval(heartbeat);
      log.error({ err: error, path }, 'the lock of the data directory is gone: was the directory removed?');
    }
  }, HEARTBEAT_MS).unref();
  const isHeld = () => {
    return isDeepStrictEqual(readLock(path), content);
  };
  return {
    isHeld,
    release() {
      clearInterval(heartbeat);
      if (!isHeld()) return;
      writeFileDurably(path, JSON.stringify({ ...content, released: true }), owner);
    },
  };
}

async function refuseIfHeld(dataDirectory: string, path: string, own: LockContent): Promise<void> {
  const held = readLock(path);
  // The directory's inode differs in a copy of a directory that was in use: that lock is not for the copy.
  if (held === undefined || held.released || held.inode !== own.inode) return;
  const alive =
    held.place === own.place ? processStartTime(held.pid) === held.startTime : await heartbeatGoesOn(path);
  if (!alive) return;
  const where = held.place === own.place ? '' : ' in another container or on another machine';
  throw new EmbeddedPostgresError(
    'data_directory_in_use',
    `The data directory ${dataDirectory} is in use by process ${held.pid}${where}. ` +
      'Stop that process first, or set DATA_DIR to another directory.',
  );
}

async function heartbeatGoesOn(path: string): Promise<boolean> {
  const seen = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  if (seen === undefined || Date.now() - seen > SILENT_MS) return false;
  for (let waited = 0; waited < SILENT_MS; waited += POLL_MS) {
    await sleep(POLL_MS);
    if (statSync(path, { throwIfNoEntry: false })?.mtimeMs !== seen) return true;
  }
  return false;
}

function readLock(path: string): LockContent | undefined {
  try {
    return lockSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    // Gone: another contender won and tidied up; its own higher number is found next.
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw new EmbeddedPostgresError(
      'record_invalid',
      `The lock file ${path} is damaged. When no process uses this data directory, delete the file.`,
      { cause: error },
    );
  }
}

// The finished file is linked under its name, so nobody ever reads half a lock.
function tryCreate(path: string, content: LockContent, owner?: Owner): boolean {
  const temporary = `${path}.${randomUUID()}.tmp`;
  writeNewFile(temporary, JSON.stringify(content), owner);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function highestNumber(folder: string): number {
  return Math.max(0, ...readdirSync(folder).filter(isNumber).map(Number));
}

function removeOthers(folder: string, own: number): void {
  for (const name of readdirSync(folder)) {
    if (isNumber(name) && Number(name) < own) rmSync(join(folder, name), { force: true });
  }
}

function isNumber(name: string): boolean {
  return /^[1-9][0-9]*$/.test(name);
}

function ownContent(dataDirectory: string): LockContent {
  return {
    pid: process.pid,
    startTime: processStartTime(process.pid) ?? '',
    place: processIdPlace(),
    inode: statSync(dataDirectory, { bigint: true }).ino.toString(),
    released: false,
  };
}
