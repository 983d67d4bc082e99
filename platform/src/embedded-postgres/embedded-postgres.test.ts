import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { timed } from '../testing/stopwatch.js';
import { listDatabaseProcesses } from './database-processes.js';
import { type EmbeddedPostgres, holdsDatabase } from './index.js';
import { restartDelay } from './supervise.js';
import { eventually, Harness, killHard, query } from './test-support/harness.js';

let harness: Harness;
beforeEach(() => {
  harness = new Harness();
});
afterEach(() => harness.close());

function mode(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

async function outcome(connectionString: string): Promise<string> {
  try {
    await query(connectionString, 'SELECT 1');
    return 'connected';
  } catch (error) {
    return error instanceof pg.DatabaseError ? String(error.code) : String(error);
  }
}

describe('the first start and the next', () => {
  it('makes a database, and keeps its data, place and password over a stop', async () => {
    const dataDirectory = harness.dataDirectory();
    const first = await harness.start(dataDirectory);
    await query(first.connectionString, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const second = await harness.start(dataDirectory);
    expect(await query(second.connectionString, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(second.connectionString).toBe(first.connectionString);
  });

  it('starts within 1.5 s and stops within 2 s once the database is made', async () => {
    const dataDirectory = harness.dataDirectory();
    await (await harness.start(dataDirectory)).stop();
    const start = await timed(harness.start(dataDirectory));
    const stop = await timed(start.result.stop());
    expect(start.took).toBeLessThan(1_500);
    expect(stop.took).toBeLessThan(2_000);
  });

  it('takes a directory that exists and is empty, and closes it to others', async () => {
    const dataDirectory = harness.dataDirectory();
    mkdirSync(dataDirectory, { mode: 0o755 });
    await harness.start(dataDirectory);
    expect(mode(dataDirectory)).toBe('700');
    expect(mode(join(dataDirectory, 'database.json'))).toBe('600');
  });

  it('refuses a directory with files of others, and leaves its mode alone', async () => {
    const dataDirectory = harness.dataDirectory();
    mkdirSync(dataDirectory);
    chmodSync(dataDirectory, 0o755);
    writeFileSync(join(dataDirectory, 'thesis.tex'), '');
    await expect(harness.start(dataDirectory)).rejects.toMatchObject({ code: 'data_directory_foreign' });
    expect(mode(dataDirectory)).toBe('755');
  });

  it('starts over when it was killed while it wrote the very first record', async () => {
    const dataDirectory = harness.dataDirectory();
    const left = 'database.json.6f0c7e0a-3f7e-4f3c-9a53-3a6a3a1d2b11.tmp';
    mkdirSync(join(dataDirectory, 'lock'), { recursive: true });
    writeFileSync(join(dataDirectory, left), '{"format":1');
    expect(holdsDatabase(dataDirectory)).toBe(false);

    const database = await harness.start(dataDirectory);
    expect(await outcome(database.connectionString)).toBe('connected');
    expect(readdirSync(dataDirectory)).not.toContain(left);
    expect(holdsDatabase(dataDirectory)).toBe(true);
  });

  it('starts over when initdb was killed half-way', async () => {
    const dataDirectory = harness.dataDirectory();
    const database = await harness.start(dataDirectory);
    await database.stop();
    const record = join(dataDirectory, 'database.json');
    writeFileSync(
      record,
      readFileSync(record, 'utf8').replace('"initialised": true', '"initialised": false'),
    );
    const pgdata = join(dataDirectory, 'postgres');
    const halfDone = join(dataDirectory, 'initdb-of-the-killed-process');
    renameSync(pgdata, halfDone);
    await harness.start(dataDirectory);
    expect(existsSync(halfDone)).toBe(false);
  });

  it('makes the database that was asked for', async () => {
    const database = await harness.start(harness.dataDirectory(), { database: 'a "b" c' });
    expect(await query(database.connectionString, 'SELECT current_database()')).toEqual([
      { current_database: 'a "b" c' },
    ]);
  });
});

describe('the server', () => {
  // Only looked at by these tests, so one serves them all.
  let database: EmbeddedPostgres;
  const shared = new Harness();
  beforeAll(async () => {
    database = await shared.start(shared.dataDirectory(), { settings: { work_mem: '5MB' } });
  });
  afterAll(() => shared.close());

  it('wants the password', async () => {
    const url = new URL(database.connectionString);
    expect(url.password.length).toBeGreaterThanOrEqual(32);
    url.password = 'wrong';
    expect(await outcome(url.href)).toBe('28P01');
    url.password = '';
    expect(await outcome(url.href)).toMatch(/password/);
  });

  it('listens on no port, and loses nothing that it acknowledged', async () => {
    const rows = await query(database.connectionString, 'SELECT name, setting FROM pg_settings');
    const settings = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
    expect(settings).toMatchObject({
      listen_addresses: '',
      unix_socket_directories: `"${database.dataDirectory}"`,
      unix_socket_permissions: '0700',
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      TimeZone: 'UTC',
      jit: 'off',
      work_mem: '5120',
    });
  });

  it('accepts every line of its configuration', async () => {
    const bad = await query(
      database.connectionString,
      'SELECT name, error FROM pg_file_settings WHERE error IS NOT NULL OR NOT applied',
    );
    expect(bad).toEqual([]);
  });

  it('compares text by code point and knows the case of every letter', async () => {
    const sql = `SELECT 'Z' < 'a' AS by_code_point, upper('é') AS upper`;
    expect(await query(database.connectionString, sql)).toEqual([{ by_code_point: true, upper: 'É' }]);
  });

  it('runs in a session of its own', () => {
    const stat = readFileSync(`/proc/${database.pid}/stat`, 'utf8');
    const session = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3];
    expect(Number(session)).toBe(database.pid);
  });

  it('does not quote rows in its log', async () => {
    const sql = `CREATE TABLE t (x text UNIQUE); INSERT INTO t VALUES ('a secret'), ('a secret')`;
    await expect(query(database.connectionString, sql)).rejects.toThrow('duplicate key');
    const folder = join(database.dataDirectory, 'log');
    const log = () => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    // A process of its own writes it, a moment later.
    await eventually(async () => expect(log().join()).toContain('duplicate key'));
    expect(log().join()).not.toContain('a secret');
  });
});

describe('a server that dies', () => {
  it('is restarted in the same place with the same password', async () => {
    const restarts: number[] = [];
    const database = await harness.start(harness.dataDirectory(), {
      onRestart: ({ pid }) => restarts.push(pid),
    });
    await query(database.connectionString, 'CREATE TABLE kept AS SELECT 1 AS one');
    const { pid } = database;
    for (let round = 0; round < 2; round++) {
      const dead = database.pid;
      await killHard(dead);
      const rows = await eventually(() => query(database.connectionString, 'SELECT one FROM kept'));
      expect(rows).toEqual([{ one: 1 }]);
      await eventually(async () => expect(database.pid).not.toBe(dead));
    }
    expect(restarts).toHaveLength(2);
    expect(restarts).not.toContain(pid);
    expect(harness.logged.filter(({ level }) => level === 'error')).toHaveLength(2);
  });

  it('is not restarted once it is being stopped', async () => {
    const database = await harness.start(harness.dataDirectory());
    await killHard(database.pid);
    await database.stop();
    const { uid } = statSync(database.dataDirectory);
    expect(listDatabaseProcesses({ pgdata: database.dataDirectory, clusterName: '', uid })).toEqual([]);
  });

  it('is given more time with every attempt, up to 10 s', () => {
    expect([1, 2, 3, 7, 8, 100].map(restartDelay)).toEqual([100, 200, 400, 6_400, 10_000, 10_000]);
  });
});

describe('a second start on the same data directory', () => {
  it('is refused at once, in this process and in another', async () => {
    const dataDirectory = harness.dataDirectory();
    const database = await harness.start(dataDirectory);
    await expect(harness.start(dataDirectory)).rejects.toMatchObject({ code: 'data_directory_in_use' });
    const refusal = await harness.refusedInChild(dataDirectory);
    expect(refusal.code).toBe('data_directory_in_use');
    expect(refusal.message).toContain(`process ${process.pid}`);
    expect(await outcome(database.connectionString)).toBe('connected');
  });
});
