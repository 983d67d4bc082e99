/** A start looks at the replica that it is given: what can never be one is refused in a line, and what is only away is not. */
import { createTcpProxy, freePort, throughProxy, until } from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { havePostgres15 } from '../setup/find-debian-server.js';
import { AttProcesses } from '../support/att.js';
import { DataDirectory } from '../support/data-directory.js';
import { type DebianPostgres, startDebianPostgres, startStandbyOf } from '../support/debian-postgres.js';
import { replicaCheck } from '../support/replica-world.js';
import { post, read, report } from '../support/rest.js';

const isThere = havePostgres15();
const processes = new AttProcesses();
let primary: DebianPostgres;
let standby: DebianPostgres;
let other: DebianPostgres;
let directory: DataDirectory;

beforeAll(async () => {
  if (!isThere) return;
  directory = await DataDirectory.create();
  [primary, other] = await Promise.all([
    startDebianPostgres({ settings: { fsync: 'off' } }),
    startDebianPostgres({ settings: { fsync: 'off' } }),
  ]);
  for (const server of [primary, other]) {
    await server.query('CREATE DATABASE log');
    expect((await processes.run(['migrate'], env(server.url('log')))).code).toBe(0);
  }
  await primary.query('CREATE DATABASE empty');
  standby = await startStandbyOf(primary);
});
afterAll(async () => {
  await processes.endAll();
  await Promise.all([standby?.remove(), other?.remove(), primary?.remove()]);
  await directory?.remove();
});

const env = (DATABASE_URL: string, DATABASE_READ_URL = '') => ({
  DATABASE_URL,
  DATABASE_READ_URL,
  DATA_DIR: directory.path,
});

async function refused(replica: string, ...says: string[]): Promise<void> {
  const ran = await processes.run(['query'], env(primary.url('log'), replica));
  expect(ran.code).toBe(1);
  for (const word of says) expect(ran.stderr).toContain(word);
  expect(ran.stderr.trim().split('\n')).toHaveLength(1);
}

/** Starts everything, and reads what was reported. @returns what the start said */
async function works(replica: string, state: RegExp): Promise<string> {
  const started = await processes.start(['start'], env(primary.url('log'), replica));
  await started.ready();
  const { status, body } = await post(started.url, '/webhook/start', report({ task_id: `of ${replica}` }));
  expect(status).toBe(202);
  expect(await read<object[]>(started.url, `/api/tasks?min_position=${body.position}`)).not.toEqual([]);
  await until(`the replica is ${state}`, async () => {
    const check = await replicaCheck(started.url);
    return state.test(`${check.status}: ${check.detail}`);
  });
  expect(await started.end('SIGTERM')).toEqual({ code: 0, signal: null });
  return started.stderr();
}

describe.runIf(isThere)('DATABASE_READ_URL', () => {
  it('of a standby, as the same user or another who may read, is used', async () => {
    await works(standby.url('log'), /^ok: \d+ events? behind$/);
    await primary.query('CREATE ROLE viewer LOGIN IN ROLE att_reader');
    await works(standby.url('log', 'viewer'), /^ok: /);
  });

  it('of a user who may not read all that is needed is refused', async () => {
    await primary.query('CREATE ROLE stranger LOGIN');
    await until('the standby has the role', async () => {
      return (await standby.query("SELECT 1 FROM pg_roles WHERE rolname = 'stranger'")).length > 0;
    });
    await refused(
      standby.url('log', 'stranger'),
      'DATABASE_READ_URL has the user stranger, who may not read the schema projection and',
      'GRANT att_reader TO "stranger"',
    );
  });

  it('with a file that is not there is refused by its own name', async () => {
    await refused(
      `${standby.url('log')}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem`,
      'att: the read replica cannot be used: the file /nowhere/ca.pem of',
      'of DATABASE_READ_URL cannot be read',
    );
  });

  it('of the primary itself is used', async () => {
    await works(primary.url('log'), /^ok: 0 events behind$/);
  });

  it('of a server that is away is waited for, and the start says so', async () => {
    const away = new URL(standby.url('log'));
    away.port = String(await freePort());
    expect(await works(away.href, /^degraded: the read replica does not answer/)).toContain(
      'cannot be reached now',
    );
  });

  it('of a user whose rights are missing only later is left, which readiness says, and read once they are there', async () => {
    await primary.query('CREATE ROLE newcomer LOGIN');
    await until('the standby has the role', async () => {
      return (await standby.query("SELECT 1 FROM pg_roles WHERE rolname = 'newcomer'")).length > 0;
    });
    const line = await createTcpProxy({ host: '127.0.0.1', port: standby.port });
    line.down();
    const replica = throughProxy(standby.url('log', 'newcomer'), line);
    const started = await processes.start(['start'], env(primary.url('log'), replica));
    await started.ready();
    const untilSaid = (state: RegExp) =>
      until(`the replica is ${state}`, async () => {
        await read(started.url, '/api/tasks');
        const { status, detail } = await replicaCheck(started.url);
        return state.test(`${status}: ${detail}`);
      });
    const denied = /^degraded: the user of DATABASE_READ_URL may not read all .* GRANT att_reader TO it/;
    await untilSaid(/^degraded: the read replica does not answer/);
    line.restore();
    await untilSaid(denied);
    await primary.query('GRANT USAGE ON SCHEMA log, projection TO newcomer', 'log');
    await primary.query('GRANT SELECT ON ALL TABLES IN SCHEMA log, projection TO newcomer', 'log');
    await untilSaid(/^ok: /);
    await primary.query('REVOKE SELECT ON ALL TABLES IN SCHEMA projection FROM newcomer', 'log');
    await untilSaid(denied);
    expect(started.stderr()).toMatch(/its user may not read projection\./);
    await started.end('SIGTERM');
    await line.close();
  });

  it('of another server, or of another database, is refused', async () => {
    await refused(other.url('log'), 'DATABASE_READ_URL leads to another server', 'a streaming standby');
    await refused(standby.url('empty'), 'DATABASE_READ_URL leads to another database', 'the same database');
    await refused(primary.url('empty'), 'DATABASE_READ_URL leads to another database');
  });

  it('of a server that was promoted is refused', async () => {
    await standby.query('SELECT pg_promote()');
    await refused(
      standby.url('log'),
      'DATABASE_READ_URL leads to a server that is no standby',
      'takes writes itself',
    );
  });
});
