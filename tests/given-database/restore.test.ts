/** Restores of a pg_dump of one database into another server: the next start works. */
import { execFileSync } from 'node:child_process';
import { LOG_MIGRATIONS, readLogIdentity } from '@att/platform/event-log';
import { createPool, migrate, UnfitDatabaseError } from '@att/platform/postgres';
import { silentLog } from '@att/platform/testing';
import { PROJECTION_MIGRATIONS } from '@att/projector';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_KEY, startWholeServer } from '../contract/whole-server.js';
import { havePostgres15, POSTGRES_15 } from '../setup/find-debian-server.js';
import { ADMINISTRATOR, type DebianPostgres, startDebianPostgres } from '../support/debian-postgres.js';
import { getProjected, post, report } from '../support/rest.js';
import { proveTruth } from './prove-truth.js';

const isThere = havePostgres15();
let server: DebianPostgres;
let elsewhere: DebianPostgres;
let before: { position: number };

const address = ({ port }: DebianPostgres, database: string) => [
  '-h',
  '127.0.0.1',
  '-p',
  String(port),
  '-U',
  ADMINISTRATOR,
  '-d',
  database,
];

beforeAll(async () => {
  if (!isThere) return;
  const settings = { fsync: 'off' };
  [server, elsewhere] = await Promise.all([
    startDebianPostgres({ settings }),
    startDebianPostgres({ settings }),
  ]);
  await server.query('CREATE DATABASE source');
  await migrateAll(server.url('source'));
  const whole = await startWholeServer(server.url('source'));
  for (let at = 0; at < 20; at++)
    await post(whole.url, '/webhook/start', report({ task_id: `t${at}` }), API_KEY);
  await whole.close();
  before = await identityOf(server.url('source'));
  expect(before.position).toBeGreaterThanOrEqual(20);
});
afterAll(() => Promise.all([server?.remove(), elsewhere?.remove()]));

async function migrateAll(url: string): Promise<void> {
  await migrate(url, LOG_MIGRATIONS, silentLog);
  await migrate(url, PROJECTION_MIGRATIONS, silentLog);
}

async function identityOf(connectionString: string) {
  const pool = createPool({ connectionString, role: undefined, max: 1, name: 'test', log: silentLog });
  return readLogIdentity(pool).finally(() => pool.end());
}

/** Dumps and restores as a custom archive. pg_restore reports errors, as of missing roles, and restores the rest. */
async function dumpAndRestore(target: DebianPostgres, database: string, ...args: string[]): Promise<string> {
  const exists = await target.query(`SELECT FROM pg_database WHERE datname = '${database}'`);
  if (exists.length === 0) await target.query(`CREATE DATABASE ${database}`);
  const dump = execFileSync(`${POSTGRES_15}/pg_dump`, [...address(server, 'source'), ...args], {
    maxBuffer: 2 ** 28,
  });
  execFileSync(`${POSTGRES_15}/psql`, ['-q', ...address(target, database)], {
    input: dump,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  return target.url(database);
}

/** All events are there, and read, and more can be sent. */
async function goesOn(url: string): Promise<void> {
  await migrateAll(url);
  expect((await identityOf(url)).position).toBe(before.position);
  const whole = await startWholeServer(url);
  try {
    const tasks = await getProjected<unknown[]>(
      whole.url,
      `/api/tasks?min_position=${before.position}&limit=100`,
      API_KEY,
    );
    expect([tasks.status, tasks.body.length]).toEqual([200, 20]);
    await proveTruth(whole.url, url);
  } finally {
    await whole.close();
  }
  // The next start finds nothing to do.
  await migrateAll(url);
}

describe.runIf(isThere)('a dump', () => {
  it('of the log alone, into a new database', async () => {
    await goesOn(await dumpAndRestore(server, 'log_alone', '-n', 'log'));
  });

  it('of the log alone, into a server that has no roles of ours', async () => {
    const url = await dumpAndRestore(elsewhere, 'log_alone', '-n', 'log');
    await goesOn(url);
    const rights = await elsewhere.query(
      `SELECT has_table_privilege('att_ingest', 'log.events', 'INSERT') AS appends,
         has_table_privilege('att_reader', 'log.events', 'SELECT') AS reads,
         has_function_privilege('att_ingest', 'log.recognise(uuid, bigint, bytea)', 'EXECUTE') AS recognises`,
      'log_alone',
    );
    expect(rights).toEqual([{ appends: true, reads: true, recognises: true }]);
  });

  it('of the log alone, whose right to recognise the log is missing', async () => {
    const url = await dumpAndRestore(server, 'no_recognise', '-n', 'log');
    await server.query(
      'REVOKE EXECUTE ON FUNCTION log.recognise FROM att_ingest, att_projector, att_reader',
      'no_recognise',
    );
    await goesOn(url);
  });

  it('of the log alone, into a database that was in use, in place of its log', async () => {
    await server.query('CREATE DATABASE used');
    await migrateAll(server.url('used'));
    await server.query('DROP SCHEMA log CASCADE; DROP SCHEMA projection CASCADE', 'used');
    await goesOn(await dumpAndRestore(server, 'used', '-n', 'log'));
  });

  it('of the log alone, without owners, rights and comments', async () => {
    await goesOn(
      await dumpAndRestore(server, 'plain', '-n', 'log', '--no-owner', '--no-acl', '--no-comments'),
    );
  });

  it('of all but the read models', async () => {
    await goesOn(await dumpAndRestore(server, 'no_models', '-N', 'projection'));
  });

  it('of all', async () => {
    await goesOn(await dumpAndRestore(server, 'whole'));
    await goesOn(await dumpAndRestore(elsewhere, 'whole'));
  });
});

describe.runIf(isThere)('a database where a newer release has been', () => {
  it.each([
    ['log', LOG_MIGRATIONS, /newer release.*0099_later.*start that release.*att events export/],
    ['projection', PROJECTION_MIGRATIONS, /newer release.*0099_later.*DROP SCHEMA projection CASCADE/],
  ])('in its schema %s is refused, with how to go on', async (schema, migrations, says) => {
    const name = `newer_${schema}`;
    await server.query(`CREATE DATABASE ${name}`);
    await migrateAll(server.url(name));
    await server.query(
      `INSERT INTO public.att_migrations_${schema} (name, run_on) VALUES ('0099_later', now())`,
      name,
    );
    const refused = migrate(server.url(name), migrations, silentLog);
    await expect(refused).rejects.toThrow(UnfitDatabaseError);
    await expect(refused).rejects.toThrow(says);
  });

  it('goes on as the sentence says, once its read models are gone', async () => {
    await server.query(`DROP SCHEMA projection CASCADE`, 'newer_projection');
    await migrateAll(server.url('newer_projection'));
    const whole = await startWholeServer(server.url('newer_projection'));
    await proveTruth(whole.url, server.url('newer_projection'));
    await whole.close();
  });
});
