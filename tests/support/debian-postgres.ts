/** PostgreSQL 15 as an administrator runs it: Debian's package, with other settings. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '@att/platform/testing';
import pg from 'pg';
import { chooseAccount, spawnAs } from '../../platform/src/embedded-postgres/account.js';
import { POSTGRES_15 } from '../setup/find-debian-server.js';

export const ADMINISTRATOR = 'dba';

export interface DebianPostgres {
  port: number;
  directory: string;
  /** Connection string, by default of the superuser. */
  url(database?: string, user?: string): string;
  /** Query as the superuser. */
  query(text: string, database?: string): Promise<Record<string, unknown>[]>;
  /** Session of the superuser in which a transaction was begun. */
  transaction(database: string): Promise<pg.Client>;
  start(): Promise<void>;
  /** Crashes the server; what was written to files is kept. */
  crash(): Promise<void>;
  remove(): Promise<void>;
}

export interface DebianPostgresOptions {
  settings?: Record<string, string>;
  initdb?: string[];
  /** Lines of pg_hba.conf; everybody on this machine is trusted by default. */
  hba?: string[];
}

/** Account that servers run as: PostgreSQL refuses root. */
export const account = () => chooseAccount(process.getuid?.() ?? 0);

export async function startDebianPostgres(options: DebianPostgresOptions = {}): Promise<DebianPostgres> {
  const home = mkdtempSync(join(tmpdir(), 'att-debian-'));
  chown(home);
  const directory = join(home, 'data');
  const port = await freePort();
  initialise(directory, options);
  const server = serverIn(home, directory, port);
  await server.start();
  return server;
}

/** Streaming standby of a server, made with `pg_basebackup`. @param upstream port to follow it by, as of a proxy */
export async function startStandbyOf(
  primary: DebianPostgres,
  settings: Record<string, string> = {},
  upstream = primary.port,
): Promise<DebianPostgres> {
  const home = mkdtempSync(join(tmpdir(), 'att-standby-'));
  chown(home);
  const directory = join(home, 'data');
  const connection = ['-h', '127.0.0.1', '-p', String(upstream), '-U', ADMINISTRATOR];
  execFileSync(
    `${POSTGRES_15}/pg_basebackup`,
    [...connection, '-D', directory, '-R', '-X', 'stream', '-c', 'fast', '--no-sync'],
    { ...spawnAs(account()), cwd: '/', stdio: 'ignore' },
  );
  const all = { wal_retrieve_retry_interval: '200ms', hot_standby: 'on', ...settings };
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'`);
  writeOwned(join(directory, 'standby.conf'), lines.join('\n'));
  writeOwned(join(directory, 'postgresql.conf'), "include 'tests.conf'\ninclude 'standby.conf'\n");
  const server = serverIn(home, directory, await freePort());
  await server.start();
  return server;
}

/** Server of a data directory that is there. @param home folder that goes with it */
function serverIn(home: string, directory: string, port: number): DebianPostgres {
  let child: ChildProcess | undefined;

  const url = (database = 'postgres', user = ADMINISTRATOR) =>
    `postgres://${user}@127.0.0.1:${port}/${database}`;
  const server: DebianPostgres = {
    port,
    directory,
    url,
    query: (text, database) => queryOnce(url(database), text),
    async transaction(database) {
      const client = new pg.Client({ connectionString: url(database) });
      await client.connect();
      await client.query('BEGIN');
      return client;
    },
    async start() {
      child = spawn(`${POSTGRES_15}/postgres`, ['-D', directory, '-p', String(port)], {
        ...spawnAs(account()),
        stdio: ['ignore', 'ignore', process.env.TEST_SERVER_LOG === undefined ? 'ignore' : 'inherit'],
      });
      await until('PostgreSQL 15 answers', () => answers(url()));
    },
    async crash() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGQUIT');
      await ended;
    },
    async remove() {
      await server.crash();
      rmSync(home, { recursive: true, force: true });
    },
  };
  return server;
}

function initialise(directory: string, { settings = {}, initdb = [], hba }: DebianPostgresOptions): void {
  execFileSync(
    `${POSTGRES_15}/initdb`,
    ['-D', directory, '-U', ADMINISTRATOR, '-A', 'trust', '--no-sync', '-E', 'UTF8', ...initdb],
    { ...spawnAs(account()), stdio: 'ignore' },
  );
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'`);
  writeOwned(join(directory, 'tests.conf'), lines.join('\n'));
  writeOwned(join(directory, 'postgresql.conf'), "include 'tests.conf'\n");
  if (hba !== undefined) writeOwned(join(directory, 'pg_hba.conf'), `${hba.join('\n')}\n`);
}

/** Writes a file that only the servers' account may read. */
export function writeOwned(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
  chown(path);
}

export function chown(path: string): void {
  if (process.getuid?.() === 0) chownSync(path, account().uid, account().gid);
}

export async function queryOnce(connectionString: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(text)).rows ?? [];
  } finally {
    await client.end();
  }
}

function answers(connectionString: string): Promise<boolean> {
  return queryOnce(connectionString, 'SELECT 1').then(
    () => true,
    () => false,
  );
}
