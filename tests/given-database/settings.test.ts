/** The product on each setting that an administrator may have made, on the oldest server that is supported and the newest. */
import { randomBytes } from 'node:crypto';
import { LOG_MIGRATIONS } from '@att/platform/event-log';
import { migrate } from '@att/platform/postgres';
import { HOSTILE_SETTINGS, silentLog } from '@att/platform/testing';
import { PROJECTION_MIGRATIONS } from '@att/projector';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startWholeServer } from '../contract/whole-server.js';
import { havePostgres15 } from '../setup/find-debian-server.js';
import { type DebianPostgres, queryOnce, startDebianPostgres } from '../support/debian-postgres.js';
import { proveTruth } from './prove-truth.js';

/** Settings that change no meaning, all set at once. */
const HARMLESS: [setting: string, value: string][] = [
  ['timezone_abbreviations', 'India'],
  ['xmlbinary', 'hex'],
  ['check_function_bodies', 'off'],
  ['backslash_quote', 'off'],
  ['escape_string_warning', 'on'],
  ['lc_monetary', 'C'],
  ['work_mem', '64kB'],
  ['temp_file_limit', '64kB'],
  ['jit_above_cost', '0'],
  ['enable_indexscan', 'off'],
  ['enable_bitmapscan', 'off'],
  ['from_collapse_limit', '1'],
  ['default_toast_compression', 'pglz'],
  ['constraint_exclusion', 'on'],
  ['synchronize_seqscans', 'on'],
  ['client_min_messages', 'debug1'],
  ['log_min_messages', 'debug1'],
  ['password_encryption', 'md5'],
  ['vacuum_freeze_min_age', '0'],
  ['plpgsql.variable_conflict', 'use_variable'],
  ['plpgsql.extra_errors', 'all'],
];

const has15 = havePostgres15();
let old: DebianPostgres | undefined;
beforeAll(async () => {
  if (has15) old = await startDebianPostgres({ settings: { fsync: 'off' } });
});
afterAll(() => old?.remove());

const SERVERS: [name: string, url: () => string, isThere: boolean][] = [
  ['PostgreSQL 15', () => old?.url('postgres') as string, has15],
  ['the embedded PostgreSQL', () => inject('testServer').connectionString, true],
];

/** Names of settings that this server has. */
async function known(server: string): Promise<Set<unknown>> {
  return new Set((await queryOnce(server, 'SELECT name FROM pg_settings')).map(({ name }) => name));
}

/** Migrated, and with a role of its own that may do everything. */
async function onDatabase(
  server: string,
  work: (connectionString: string, name: string) => Promise<void>,
): Promise<void> {
  const name = `att_test_${randomBytes(6).toString('hex')}`;
  const url = new URL(server);
  await queryOnce(server, `CREATE ROLE ${name} LOGIN SUPERUSER PASSWORD 'of-the-test'`);
  await queryOnce(server, `CREATE DATABASE ${name} OWNER ${name}`);
  url.username = name;
  url.password = 'of-the-test';
  url.pathname = `/${name}`;
  try {
    await work(url.href, name);
  } finally {
    await queryOnce(server, `DROP DATABASE ${name} WITH (FORCE)`);
    await queryOnce(server, `DROP ROLE ${name}`);
  }
}

async function runOn(connectionString: string): Promise<void> {
  await migrate(connectionString, LOG_MIGRATIONS, silentLog);
  await migrate(connectionString, PROJECTION_MIGRATIONS, silentLog);
  const whole = await startWholeServer(connectionString);
  try {
    await proveTruth(whole.url, connectionString);
  } finally {
    await whole.close();
  }
}

describe.each(SERVERS)('%s', (_, server, isThere) => {
  describe.runIf(isThere)('with what would change a meaning', () => {
    it.each(HOSTILE_SETTINGS)('%s = %s for the database', async (setting, value) => {
      if (!(await known(server())).has(setting) && setting !== 'role') return;
      await onDatabase(server(), async (connectionString, name) => {
        await queryOnce(server(), `ALTER DATABASE ${name} SET ${setting} = ${value}`);
        await runOn(connectionString);
      });
    });

    it('all of it for the role, and more in the connection string', async () => {
      const names = await known(server());
      await onDatabase(server(), async (connectionString, name) => {
        for (const [setting, value] of HOSTILE_SETTINGS) {
          if (!names.has(setting)) continue;
          await queryOnce(server(), `ALTER ROLE ${name} SET ${setting} = ${value}`);
        }
        const url = new URL(connectionString);
        url.searchParams.set(
          'options',
          '-c TimeZone=Asia/Tokyo -c role=att_reader -c synchronous_commit=off',
        );
        await runOn(url.href);
      });
    });
  });

  it.runIf(isThere)('with what changes none', async () => {
    const names = await known(server());
    await onDatabase(server(), async (connectionString, name) => {
      for (const [setting, value] of HARMLESS) {
        if (names.has(setting)) {
          await queryOnce(server(), `ALTER DATABASE ${name} SET ${setting} = '${value}'`);
        }
      }
      await runOn(connectionString);
    });
  });
});

describe.runIf(has15)('a server whose file has all of it', () => {
  it('serves the truth', async () => {
    // Settings that belong to a session, or that the server refuses in a file.
    const only = /^(session_replication_role|role|client_encoding|default_table_access_method)$/;
    const server = await startDebianPostgres();
    const names = await known(server.url());
    const settings = HOSTILE_SETTINGS.filter(([name]) => names.has(name) && !only.test(name));
    const file = settings.map(([name, value]) => `ALTER SYSTEM SET ${name} = ${value}`);
    await server.query('CREATE DATABASE att');
    for (const statement of file) await server.query(statement);
    await server.query('SELECT pg_reload_conf()');
    await runOn(server.url('att'));
    await server.remove();
    expect(settings.length).toBeGreaterThan(20);
  });
});
