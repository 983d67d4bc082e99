import { execFileSync } from 'node:child_process';
import {
  chownSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseAccount, parsePasswd, spawnAs } from './account.js';
import { binariesIn, locateBinaries } from './binaries.js';
import { canEnter } from './reachability.js';
import { reachableBinaries } from './stage-binaries.js';
import { Harness, query } from './test-support/harness.js';

const isRoot = process.getuid?.() === 0;
const nobody = isRoot
  ? parsePasswd(readFileSync('/etc/passwd', 'utf8')).find(({ name }) => name === 'nobody')
  : undefined;
const sourcesAreOpen = nobody !== undefined && canEnter(dirname(fileURLToPath(import.meta.url)), nobody);

let harness: Harness;
beforeEach(() => {
  harness = new Harness();
});
afterEach(() => harness.close());

describe('a database inside its data directory', () => {
  it('lies there, wherever the account can get to it', async () => {
    const dataDirectory = harness.dataDirectory();
    const database = await harness.start(dataDirectory);
    expect(database.dataDirectory).toBe(join(dataDirectory, 'postgres'));
    if (isRoot) expect(statSync(`/proc/${database.pid}`).uid).not.toBe(0);
  });

  it('comes along when the directory is copied or moved', async () => {
    const original = harness.dataDirectory();
    const database = await harness.start(original);
    await query(database.connectionString, 'CREATE TABLE kept AS SELECT 1 AS one');
    await database.stop();
    const copy = harness.dataDirectory();
    cpSync(original, copy, { recursive: true, preserveTimestamps: true });
    if (isRoot) giveTo(copy, statSync(original));
    const again = await harness.start(original);
    const other = await harness.start(copy);
    expect(await query(other.connectionString, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    expect(await query(again.connectionString, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    expect(other.connectionString).not.toBe(again.connectionString);
  });

  it('is missed when it was deleted', async () => {
    const dataDirectory = harness.dataDirectory();
    await (await harness.start(dataDirectory)).stop();
    rmSync(join(dataDirectory, 'postgres'), { recursive: true });
    await expect(harness.start(dataDirectory)).rejects.toMatchObject({ code: 'pgdata_missing' });
  });

  it('starts anew after its data directory was deleted while the server ran', async () => {
    const dataDirectory = harness.dataDirectory();
    const old = await harness.start(dataDirectory);
    await query(old.connectionString, 'CREATE TABLE kept AS SELECT 1 AS one');
    rmSync(dataDirectory, { recursive: true });
    const fresh = await harness.start(dataDirectory);
    await expect(query(fresh.connectionString, 'SELECT one FROM kept')).rejects.toThrow('does not exist');
    await old.stop();
    expect(await query(fresh.connectionString, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
  });
});

describe.runIf(isRoot)('as root, in a clone under a home that others cannot enter', () => {
  let dataDirectory: string;
  beforeEach(() => {
    dataDirectory = join(harness.folder('/root', 0o700), 'clone', '.data');
  });

  it('keeps the database in a durable place, and its data', async () => {
    const first = await harness.start(dataDirectory);
    expect(first.dataDirectory.startsWith(join(harness.serviceHome, 'clusters'))).toBe(true);
    expect(harness.logged.at(-1)?.message).toContain(first.dataDirectory);
    await query(first.connectionString, 'CREATE TABLE kept AS SELECT 1 AS one');
    await first.stop();
    const second = await harness.start(dataDirectory);
    expect(second.dataDirectory).toBe(first.dataDirectory);
    expect(await query(second.connectionString, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    expect((statSync(dataDirectory).mode & 0o777).toString(8)).toBe('700');
  });

  it('refuses a copy, names the original, and lets the original go on', async () => {
    await (await harness.start(dataDirectory)).stop();
    const copy = join(dirname(dataDirectory), 'copy');
    cpSync(dataDirectory, copy, { recursive: true });
    const refusal = await harness.refusedInChild(copy);
    expect(refusal.code).toBe('data_directory_copied');
    expect(refusal.message).toContain(dataDirectory);
    await harness.start(dataDirectory);
  });

  it('follows a data directory that was moved', async () => {
    const first = await harness.start(dataDirectory);
    await first.stop();
    renameSync(dataDirectory, `${dataDirectory}-moved`);
    const moved = await harness.start(`${dataDirectory}-moved`);
    expect(moved.dataDirectory).toBe(first.dataDirectory);
  });

  it('starts with an empty log after the data directory was deleted, and names what it left behind', async () => {
    const first = await harness.start(dataDirectory);
    await query(first.connectionString, 'CREATE TABLE kept AS SELECT 1 AS one');
    await first.stop();
    rmSync(dataDirectory, { recursive: true });
    const second = await harness.start(dataDirectory);
    expect(second.dataDirectory).not.toBe(first.dataDirectory);
    expect(harness.logged.some(({ message }) => message.includes(dirname(first.dataDirectory)))).toBe(true);
    await expect(query(second.connectionString, 'SELECT one FROM kept')).rejects.toThrow('does not exist');
  });

  it('names both places when the database is gone', async () => {
    const first = await harness.start(dataDirectory);
    await first.stop();
    rmSync(dirname(first.dataDirectory), { recursive: true });
    const refusal = await harness.refusedInChild(dataDirectory);
    expect(refusal.code).toBe('pgdata_missing');
    expect(refusal.message).toContain(dataDirectory);
    expect(refusal.message).toContain(first.dataDirectory);
  });
});

describe.runIf(isRoot)('binaries under a home that others cannot enter', () => {
  it('are copied once to where the account can run them', () => {
    const installed = locateBinaries();
    const copy = join(harness.folder('/root', 0o700), 'native');
    cpSync(installed.folder, copy, { recursive: true, verbatimSymlinks: true });
    const closed = binariesIn(copy, installed.version);
    const account = chooseAccount(0);
    const staged = reachableBinaries(closed, account, harness.serviceHome, harness.log);
    const version = execFileSync(staged.postgres, ['--version'], { ...spawnAs(account), encoding: 'utf8' });
    expect(version).toContain('(PostgreSQL) 18');
    expect(reachableBinaries(closed, account, harness.serviceHome, harness.log)).toEqual(staged);
    expect(harness.logged).toHaveLength(1);
    rmSync(staged.initdb);
    expect(reachableBinaries(closed, account, harness.serviceHome, harness.log)).toEqual(staged);
    expect(existsSync(staged.initdb)).toBe(true);
  });
});

describe.runIf(sourcesAreOpen)('as an ordinary user', () => {
  it('runs the server as that user', async () => {
    const home = harness.folder(harness.root, 0o700);
    giveTo(home, { uid: nobody?.uid ?? 0, gid: nobody?.gid ?? 0 });
    const dataDirectory = join(home, '.data');
    const { postmaster, connectionString } = await harness.startInChild(dataDirectory, {
      uid: nobody?.uid ?? 0,
      gid: nobody?.gid ?? 0,
    });
    expect(statSync(`/proc/${postmaster}`).uid).toBe(nobody?.uid);
    expect(await query(connectionString, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
    expect(existsSync(harness.serviceHome)).toBe(false);
  });
});

function giveTo(folder: string, owner: { uid: number; gid: number }): void {
  chownSync(folder, owner.uid, owner.gid);
  for (const name of readdirSync(folder, { recursive: true }))
    chownSync(join(folder, String(name)), owner.uid, owner.gid);
}
