/** A pooler between: in session mode everything works, and in any other the start says why it cannot. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOG_MIGRATIONS } from '@att/platform/event-log';
import { assertMigrated, connectionConfig, migrate, Session } from '@att/platform/postgres';
import { freePort, silentLog, until } from '@att/platform/testing';
import { PROJECTION_MIGRATIONS } from '@att/projector';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spawnAs } from '../../platform/src/embedded-postgres/account.js';
import { startWholeServer } from '../contract/whole-server.js';
import { havePgBouncer, havePostgres15, PGBOUNCER } from '../setup/find-debian-server.js';
import {
  ADMINISTRATOR,
  account,
  chown,
  type DebianPostgres,
  queryOnce,
  startDebianPostgres,
  writeOwned,
} from '../support/debian-postgres.js';
import { proveTruth } from './prove-truth.js';

const isThere = havePostgres15() && havePgBouncer();
let server: DebianPostgres;
beforeAll(async () => {
  if (!isThere) return;
  server = await startDebianPostgres({ settings: { fsync: 'off', timezone: 'Asia/Tokyo' } });
});
afterAll(() => server?.remove());

/** @param settings lines of the section [pgbouncer] */
async function withPgBouncer(
  settings: readonly string[],
  work: (connectionString: string) => Promise<void>,
): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'att-pgbouncer-'));
  chown(home);
  const port = await freePort();
  const users = join(home, 'users.txt');
  writeOwned(users, `"${ADMINISTRATOR}" ""\n`);
  const lines = [
    '[databases]',
    `* = host=127.0.0.1 port=${server.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    `auth_file = ${users}`,
    'max_client_conn = 200',
    'default_pool_size = 80',
    ...settings,
  ].map((line) => line.replace(/^\* = .*/, (found) => `${found} user=${ADMINISTRATOR}`));
  const file = join(home, 'pgbouncer.ini');
  writeOwned(file, `${lines.join('\n')}\n`);
  const child: ChildProcess = spawn(PGBOUNCER, ['-q', file], { ...spawnAs(account()), stdio: 'ignore' });
  const ended = once(child, 'exit');
  const connectionString = `postgres://${ADMINISTRATOR}@127.0.0.1:${port}/att`;
  try {
    await until('PgBouncer answers', () =>
      queryOnce(connectionString, 'SELECT 1').then(
        () => true,
        () => false,
      ),
    );
    await work(connectionString);
  } finally {
    child.kill('SIGKILL');
    await ended;
    rmSync(home, { recursive: true, force: true });
  }
}

async function onNewDatabase(work: () => Promise<void>): Promise<void> {
  await server.query('CREATE DATABASE att');
  await work().finally(() => server.query('DROP DATABASE att WITH (FORCE)'));
}

async function runOn(connectionString: string): Promise<void> {
  await migrate(connectionString, LOG_MIGRATIONS, silentLog);
  await migrate(connectionString, PROJECTION_MIGRATIONS, silentLog);
  const whole = await startWholeServer(connectionString);
  // PgBouncer refuses the options of a connection string, unless it is configured to drop them.
  await proveTruth(whole.url, connectionString, []).finally(() => whole.close());
}

describe.runIf(isThere)('PgBouncer in session mode', () => {
  it.each([
    ['as it is', []],
    ['that drops startup parameters', ['ignore_startup_parameters = options']],
    ['that leaves sessions as they are', ['server_reset_query =', 'ignore_startup_parameters = options']],
  ])('%s serves the truth', async (_, settings) => {
    await onNewDatabase(() => withPgBouncer(['pool_mode = session', ...settings], runOn));
  });

  it('keeps the role of each service', async () => {
    await onNewDatabase(() =>
      withPgBouncer(
        ['pool_mode = session', 'ignore_startup_parameters = options'],
        async (connectionString) => {
          await migrate(connectionString, LOG_MIGRATIONS, silentLog);
          const url = new URL(connectionString);
          url.searchParams.set('options', '-c work_mem=64MB');
          const config = connectionConfig({ connectionString: url.href, role: 'att_reader', name: 'test' });
          const session = await new Session(config).connect();
          const { rows } = await session.query(
            "SELECT current_user AS role, current_setting('TimeZone') AS zone",
          );
          expect(rows).toEqual([{ role: 'att_reader', zone: 'UTC' }]);
          await session.end();
        },
      ),
    );
  });
});

it.runIf(isThere)('PgBouncer with too small a pool is refused in a sentence', async () => {
  await onNewDatabase(() =>
    withPgBouncer(['pool_mode = session', 'default_pool_size = 1'], async (connectionString) => {
      const refused = migrate(connectionString, LOG_MIGRATIONS, silentLog);
      await expect(refused).rejects.toThrow('default_pool_size');
    }),
  );
});

describe.runIf(isThere)('PgBouncer in another mode', () => {
  it.each([
    ['transaction', []],
    ['transaction', ['server_round_robin = 1']],
    ['transaction', ['default_pool_size = 1']],
    ['transaction', ['min_pool_size = 20', 'server_round_robin = 1']],
    ['statement', []],
  ])('%s is refused in a sentence: %s', async (mode, settings) => {
    await onNewDatabase(async () => {
      await migrate(server.url('att'), LOG_MIGRATIONS, silentLog);
      await withPgBouncer([`pool_mode = ${mode}`, ...settings], async (connectionString) => {
        // While other clients are busy, which changes who is given which server.
        const others = Promise.all(
          // Pools of one connection would be theirs alone.
          Array.from({ length: settings.includes('default_pool_size = 1') ? 0 : 3 }, async () => {
            for (let at = 0; at < 20; at++) await queryOnce(connectionString, 'SELECT pg_sleep(0.002)');
          }),
        ).catch(() => {});
        for (let time = 0; time < 3; time++) {
          await expect(migrate(connectionString, LOG_MIGRATIONS, silentLog)).rejects.toThrow('session mode');
          await expect(assertMigrated(connectionString, LOG_MIGRATIONS)).rejects.toThrow('session mode');
        }
        await others;
      });
    });
  });
});
