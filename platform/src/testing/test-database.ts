import { randomBytes } from 'node:crypto';
import pg, { type Pool } from 'pg';
import { inject } from 'vitest';
import { createPool, type DatabaseRole } from '../postgres/index.js';
import { silentLog } from './silent-log.js';

/** Values that the run's global set-up provides. */
export interface TestServer {
  /** A user that may create databases and roles. */
  connectionString: string;
  /** Name of the migrated database that tests clone. */
  template: string;
}

export interface TestDatabase {
  connectionString: string;
  /** The same one for the same role; ended by `drop`. */
  pool(role?: DatabaseRole): pg.Pool;
  /** Ends every connection to it, also other people's, and removes it. */
  drop(): Promise<void>;
}

/** A database of one's own, cloned from the migrated template in a few dozen milliseconds. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('testServer' as never) as TestServer;
  const name = randomName();
  await administer(
    server.connectionString,
    `CREATE DATABASE ${name} TEMPLATE ${server.template} STRATEGY file_copy`,
  );
  const connectionString = withDatabase(server.connectionString, name);
  const pools = new Map<DatabaseRole | undefined, pg.Pool>();
  return {
    connectionString,
    pool(role) {
      const pool =
        pools.get(role) ?? createPool({ connectionString, role, max: 4, name: 'test', log: silentLog });
      pools.set(role, pool);
      return pool;
    },
    async drop() {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
      await administer(server.connectionString, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** @param migrateInto brings the new, empty database to the current schema */
export async function createTemplateDatabase(
  serverConnectionString: string,
  migrateInto: (connectionString: string) => Promise<void>,
): Promise<{ name: string; drop(): Promise<void> }> {
  const name = randomName();
  await administer(serverConnectionString, `CREATE DATABASE ${name}`);
  await migrateInto(withDatabase(serverConnectionString, name));
  return { name, drop: () => administer(serverConnectionString, `DROP DATABASE ${name} WITH (FORCE)`) };
}

const randomName = () => `att_test_${randomBytes(6).toString('hex')}`;

async function administer(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

function withDatabase(connectionString: string, name: string): string {
  const url = new URL(connectionString);
  url.pathname = `/${name}`;
  return url.href;
}

/** Lets a log take events of any time, for tests of the past. @param pool of the log's owner */
export async function allowAnyTime(pool: Pool): Promise<void> {
  await pool.query('ALTER TABLE log.head DISABLE TRIGGER head_time');
}
