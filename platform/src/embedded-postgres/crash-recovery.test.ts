import { spawn } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../testing/until.js';
import { listDatabaseProcesses } from './database-processes.js';
import { readRecord } from './database-record.js';
import { clusterName } from './orphaned-databases.js';
import { processStartTime } from './process-identity.js';
import { type ChildStart, Harness, killHard, query } from './test-support/harness.js';

let harness: Harness;
let dataDirectory: string;
let before: ChildStart;

beforeEach(async () => {
  // A real disk, as in production, rather than a file system in memory.
  harness = new Harness('/var/tmp');
  dataDirectory = harness.dataDirectory();
  before = await harness.startInChild(dataDirectory);
  await query(before.connectionString, 'CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n');
});
afterEach(() => harness.close());

async function keptRows(): Promise<unknown> {
  const database = await harness.start(dataDirectory);
  const [row] = await query(database.connectionString, 'SELECT count(*)::int AS kept FROM kept');
  return row?.kept;
}

function processes() {
  const { uid } = statSync(before.pgdata);
  const identity = readRecord(dataDirectory)?.identity ?? '';
  return listDatabaseProcesses({ pgdata: before.pgdata, clusterName: clusterName(identity), uid });
}

/** Opens a session and leaves it in the middle of a statement. */
async function keepBusy(sql: string): Promise<number> {
  const client = new pg.Client({ connectionString: before.connectionString });
  client.on('error', () => {});
  await client.connect();
  const [row] = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
  client.query(sql).catch(() => {});
  await until('it is at work', async () => {
    const busy = `SELECT FROM pg_stat_activity WHERE pid = ${row?.pid} AND state = 'active'`;
    return (await query(before.connectionString, busy)).length === 1;
  });
  // Long enough for it to be in the middle.
  await sleep(300);
  return row?.pid ?? 0;
}

describe('a start after a crash', () => {
  it('keeps everything when our process alone was killed, while the server lived on', async () => {
    await killHard(before.child.pid ?? 0);
    expect(processStartTime(before.postmaster)).toBeDefined();
    expect(await keptRows()).toBe(1000);
    expect(processStartTime(before.postmaster)).toBeUndefined();
  });

  it('keeps everything when every process was killed', async () => {
    await killHard(before.child.pid ?? 0);
    for (const { pid } of processes()) await killHard(pid);
    expect(await keptRows()).toBe(1000);
  });

  it('ends sessions that outlived their server in the middle of a query', async () => {
    const writing = await keepBusy(
      'CREATE TABLE big AS SELECT md5(n::text) AS t FROM generate_series(1, 50000000) n',
    );
    const looping = await keepBusy('DO $$ BEGIN LOOP END LOOP; END $$');
    await killHard(before.child.pid ?? 0);
    await killHard(before.postmaster);
    expect(processStartTime(writing)).toBeDefined();
    expect(processStartTime(looping)).toBeDefined();
    expect(await keptRows()).toBe(1000);
    expect(processStartTime(writing)).toBeUndefined();
    expect(processStartTime(looping)).toBeUndefined();
  });

  it('is not stopped by a postmaster.pid whose process id now belongs to another program of the same user', async () => {
    await killHard(before.child.pid ?? 0);
    for (const { pid } of processes()) await killHard(pid);
    const other = await harness.startInChild(harness.dataDirectory());
    writeFileSync(join(before.pgdata, 'postmaster.pid'), `${other.postmaster}\n${before.pgdata}\n`);
    expect(await keptRows()).toBe(1000);
    expect(await query(other.connectionString, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
  });

  it('leaves a program alone that merely stands in the database folder', async () => {
    const { uid, gid } = statSync(before.pgdata);
    const bystander = spawn('sleep', ['30'], {
      cwd: before.pgdata,
      ...(process.getuid?.() === 0 ? { uid, gid } : {}),
    });
    await killHard(before.child.pid ?? 0);
    expect(await keptRows()).toBe(1000);
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    bystander.kill('SIGKILL');
  });
});
