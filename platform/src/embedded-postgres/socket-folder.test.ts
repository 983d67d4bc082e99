import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseAccount, isRoot } from './account.js';
import { readRecord } from './database-record.js';
import { socketFile } from './endpoint.js';
import { recordedConnectionString } from './index.js';
import { placeSocket, refuseForeignFolder } from './socket-folder.js';
import { eventually, Harness, killHard, query } from './test-support/harness.js';

let harness: Harness;
beforeEach(() => {
  harness = new Harness();
});
afterEach(() => harness.close());

/** A data directory whose path has so many bytes. */
function longDirectory(bytes: number): string {
  const rest = bytes - Buffer.byteLength(harness.root) - 1;
  return join(harness.root, 'é'.repeat(rest >> 1) + 'x'.repeat(rest % 2));
}

const folderOf = (connectionString: string) => decodeURIComponent(new URL(connectionString).hostname);
const one = (connectionString: string) => query(connectionString, 'SELECT 1 AS one');

/** Sockets on which a TCP port is listened to by this process or one that it started. */
function portsOf(pid: number): string[] {
  const own = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return [readlink(`/proc/${pid}/fd/${fd}`)];
    } catch {
      return [];
    }
  });
  const listening = ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1),
  );
  return listening.filter((line) => own.includes(`socket:[${line.trim().split(/\s+/)[9]}]`));
}

const readlink = (path: string) => spawnSync('readlink', [path], { encoding: 'utf8' }).stdout.trim();

describe('the socket of the server', () => {
  it('lies in PGDATA, closed to others, and no port is listened on', async () => {
    const database = await harness.start(harness.dataDirectory());
    const folder = folderOf(database.connectionString);
    expect(folder).toBe(database.dataDirectory);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(socketFile(folder)).mode & 0o777).toBe(0o700);
    expect(statSync(socketFile(folder)).uid).toBe(statSync(folder).uid);
    if (process.platform === 'linux') expect(portsOf(database.pid)).toEqual([]);
  });

  it.runIf(isRoot())('takes no connection of another user, who could hold its slots', async () => {
    const database = await harness.start(harness.dataDirectory());
    const path = socketFile(folderOf(database.connectionString));
    const script = `require('node:net').connect(${JSON.stringify(path)}).on('error', (e) => console.log(e.code))`;
    const user = { uid: 12_345, gid: 12_345 };
    const { stdout } = spawnSync(process.execPath, ['-e', script], { ...user, encoding: 'utf8' });
    expect(stdout).toBe('EACCES\n');
  });

  it.each([
    ['a blank, a quote and a comma', `a b"c,d'e`],
    ['a backslash and a percent sign', 'a\\b%20c'],
    ['letters of other scripts', 'данные'],
  ])('works in a path with %s', async (_, name) => {
    const database = await harness.start(join(harness.root, name));
    expect(folderOf(database.connectionString)).toBe(database.dataDirectory);
    expect(await one(database.connectionString)).toEqual([{ one: 1 }]);
  });

  it('lies elsewhere where the path is too long, and other processes find it', async () => {
    const dataDirectory = longDirectory(150);
    const database = await harness.start(dataDirectory);
    const folder = folderOf(database.connectionString);
    expect(dirname(folder)).toBe(tmpdir());
    expect([statSync(folder).mode & 0o777, statSync(folder).uid]).toEqual([
      0o700,
      statSync(database.dataDirectory).uid,
    ]);
    expect(await one(recordedConnectionString(dataDirectory) ?? '')).toEqual([{ one: 1 }]);
    await database.stop();
    expect(existsSync(folder)).toBe(false);
  });

  it.runIf(process.platform === 'linux')(
    'takes the longest path that the system allows, to the byte',
    async () => {
      const longest = 107 - '/postgres/.s.PGSQL.5432'.length;
      for (const [bytes, isInside] of [
        [longest, true],
        [longest + 1, false],
      ] as const) {
        const database = await harness.start(longDirectory(bytes));
        expect(folderOf(database.connectionString) === database.dataDirectory).toBe(isInside);
        expect(await one(database.connectionString)).toEqual([{ one: 1 }]);
      }
    },
  );

  it('is found again after a crash, and the folder of the killed server is gone', async () => {
    const dataDirectory = longDirectory(150);
    const before = await harness.startInChild(dataDirectory);
    const left = folderOf(before.connectionString);
    await killHard(before.child.pid ?? 0);
    await killHard(before.postmaster);
    const after = await harness.start(dataDirectory);
    expect(await one(after.connectionString)).toEqual([{ one: 1 }]);
    expect(existsSync(left)).toBe(false);
  });

  it('that a killed server left is in nobody’s way, though its process id is alive again', async () => {
    const dataDirectory = harness.dataDirectory();
    const before = await harness.startInChild(dataDirectory);
    const lock = `${socketFile(folderOf(before.connectionString))}.lock`;
    await killHard(before.child.pid ?? 0);
    await killHard(before.postmaster);
    const other = await harness.start(harness.dataDirectory());
    writeFileSync(lock, readFileSync(lock, 'utf8').replace(/^\d+/, String(other.pid)));
    const after = await harness.start(dataDirectory);
    expect(await one(after.connectionString)).toEqual([{ one: 1 }]);
  });

  it('is where it was after the server died', async () => {
    const database = await harness.start(longDirectory(150));
    await killHard(database.pid);
    expect(await eventually(() => one(database.connectionString))).toEqual([{ one: 1 }]);
  });

  it('goes along with a data directory that is moved to a longer and a shorter path', async () => {
    const short = harness.dataDirectory();
    await (await harness.start(short)).stop();
    const long = longDirectory(150);
    for (const [from, to] of [
      [short, long],
      [long, short],
    ] as const) {
      renameSync(from, to);
      const moved = await harness.start(to);
      expect(await one(moved.connectionString)).toEqual([{ one: 1 }]);
      expect(folderOf(moved.connectionString) === moved.dataDirectory).toBe(to === short);
      await moved.stop();
    }
  });
});

describe('a data directory that was reached over TCP', () => {
  it('moves over at the next start, and its record with it', async () => {
    const dataDirectory = harness.dataDirectory();
    const before = await harness.start(dataDirectory, { transport: 'tcp' });
    await query(before.connectionString, 'CREATE TABLE kept AS SELECT 1 AS one');
    expect(recordedConnectionString(dataDirectory)).toBe(before.connectionString);
    await before.stop();
    const after = await harness.start(dataDirectory);
    expect(await query(after.connectionString, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    expect(readRecord(dataDirectory)).toMatchObject({ socketFolder: 'postgres' });
    expect(readRecord(dataDirectory)).not.toHaveProperty('port');
    expect(recordedConnectionString(dataDirectory)).toBe(after.connectionString);
  });

  it('keeps its port as long as it stays there', async () => {
    const dataDirectory = harness.dataDirectory();
    const before = await harness.start(dataDirectory, { transport: 'tcp' });
    await before.stop();
    const after = await harness.start(dataDirectory, { transport: 'tcp' });
    expect(after.connectionString).toBe(before.connectionString);
    expect(await one(after.connectionString)).toEqual([{ one: 1 }]);
  });
});

describe('a folder in which somebody else could have put the socket', () => {
  const uid = process.getuid?.() ?? 0;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(harness.root, 'socket-'));
  });

  it('is refused by its owner, its mode, or for being a link', () => {
    expect(() => refuseForeignFolder(folder, uid)).not.toThrow();
    expect(() => refuseForeignFolder(folder, uid + 1)).toThrow(/alone can enter/);
    const link = join(harness.root, basename(folder).toUpperCase());
    symlinkSync(folder, link);
    expect(() => refuseForeignFolder(link, uid)).toThrow(/alone can enter/);
    expect(() => refuseForeignFolder(`${folder}-gone`, uid)).toThrow(/is not there/);
    chmodSync(folder, 0o710);
    expect(() => refuseForeignFolder(folder, uid)).toThrow(/alone can enter/);
  });

  it.runIf(isRoot())('is not connected to by a command beside the server', async () => {
    const dataDirectory = longDirectory(150);
    const database = await harness.start(dataDirectory);
    const real = folderOf(database.connectionString);
    renameSync(real, `${real}-aside`);
    mkdirSync(real, { mode: 0o700 });
    chownSync(real, 12_345, 12_345);
    expect(() => recordedConnectionString(dataDirectory)).toThrow(/alone can enter/);
    rmSync(real, { recursive: true });
    renameSync(`${real}-aside`, real);
  });

  it('is never made where others could rename it', async () => {
    const account = chooseAccount(uid);
    const open = harness.folder(harness.root, 0o755);
    const sticky = harness.folder(harness.root, 0o755);
    chmodSync(open, 0o777);
    chmodSync(sticky, 0o1777);
    const tooLong = longDirectory(150);
    expect(dirname(await placeSocket(tooLong, account, [open, sticky]))).toBe(sticky);
    expect(readdirSync(open)).toEqual([]);
    await expect(placeSocket(tooLong, account, [open, `${open}-gone`])).rejects.toMatchObject({
      code: 'no_socket_folder',
    });
  });

  it.runIf(process.platform === 'linux')('is made where a file system takes no sockets', async () => {
    expect(dirname(await placeSocket('/proc/self', chooseAccount(uid), [harness.root]))).toBe(harness.root);
  });
});
