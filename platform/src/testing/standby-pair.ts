/** Two real PostgreSQL servers, one a streaming standby of the other, behind one address. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Pool } from 'pg';
import { type Account, chooseAccount, isRoot, spawnAs } from '../embedded-postgres/account.js';
import { locateBinaries } from '../embedded-postgres/binaries.js';
import { createPool } from '../postgres/index.js';
import { freePort } from './free-port.js';
import { silentLog } from './silent-log.js';
import { createTcpProxy, type TcpProxy, throughProxy } from './tcp-proxy.js';
import { until } from './until.js';

export interface StandbyPair {
  /** Connection string through `line`, to the server that it points at. */
  connectionString: string;
  line: TcpProxy;
  /** Line between the two servers: while it is down, the standby lags. */
  replication: TcpProxy;
  primary: Server;
  standby: Server;
  /** Resolves once the standby has all that the primary committed. */
  caughtUp(): Promise<void>;
  /**
   * Takes the primary away, promotes the standby, and points the line at it.
   *
   * @param signal SIGSTOP leaves the primary frozen, with every connection that it had
   */
  failOver(signal?: 'SIGKILL' | 'SIGSTOP'): Promise<void>;
  close(): Promise<void>;
}

export interface Server {
  /** Pool of a superuser, past every line. */
  pool: Pool;
  signal(signal: NodeJS.Signals): void;
}

/** Debian's, as its release is the oldest that is supported; else the embedded ones. */
const DEBIAN = '/usr/lib/postgresql/15/bin';
const HOST = '127.0.0.1';

/** @param prepare makes what the database is to have, before there is a standby */
export async function createStandbyPair(
  prepare: (connectionString: string) => Promise<void>,
): Promise<StandbyPair> {
  const cluster = await openCluster();
  const primary = await cluster.start('primary');
  await prepare(primary.url);
  await primary.pool.query('CHECKPOINT');
  await primary.stop('SIGINT');
  await cp(cluster.directory('primary'), cluster.directory('standby'), {
    recursive: true,
    preserveTimestamps: true,
  });
  await cluster.own();
  const again = await cluster.start('primary');
  const replication = await createTcpProxy({ host: HOST, port: again.port });
  const standby = await cluster.start('standby', replication);
  const line = await createTcpProxy({ host: HOST, port: again.port });
  const caughtUp = () => untilCaughtUp(again.pool, standby.pool);
  await caughtUp();
  return {
    connectionString: throughProxy(again.url, line),
    line,
    replication,
    primary: again,
    standby,
    caughtUp,
    async failOver(signal = 'SIGKILL') {
      line.down();
      again.signal(signal);
      await standby.pool.query('SELECT pg_promote(true, 30)');
      line.pointAt({ host: HOST, port: standby.port });
      line.restore();
    },
    async close() {
      await Promise.all([line.close(), replication.close()]);
      await Promise.all([again.stop('SIGKILL'), standby.stop('SIGKILL')]);
      await cluster.remove();
    },
  };
}

interface Running extends Server {
  port: number;
  url: string;
  stop(signal: NodeJS.Signals): Promise<void>;
}

interface Cluster {
  directory(name: string): string;
  own(): Promise<void>;
  start(name: string, upstream?: TcpProxy): Promise<Running>;
  remove(): Promise<void>;
}

async function openCluster(): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'att-pair-'));
  const account = chooseAccount(isRoot() ? 0 : (process.getuid?.() ?? 0));
  const binaries = existsSync(DEBIAN)
    ? { initdb: join(DEBIAN, 'initdb'), postgres: join(DEBIAN, 'postgres') }
    : locateBinaries();
  const own = () => giveTo(account, folder);
  const directory = (name: string) => join(folder, name);
  await own();
  const flags = ['-U', 'postgres', '-A', 'trust', '--no-sync', '--encoding=UTF8', '--locale=C'];
  await promisify(execFile)(binaries.initdb, ['-D', directory('primary'), ...flags], {
    cwd: '/',
    ...spawnAs(account),
  });
  return {
    directory,
    own,
    async start(name, upstream) {
      const port = await freePort();
      if (upstream !== undefined) {
        await writeFile(join(directory(name), 'standby.signal'), '');
        await own();
      }
      const settings = {
        port: String(port),
        listen_addresses: HOST,
        unix_socket_directories: '',
        fsync: 'off',
        max_connections: '60',
        primary_conninfo:
          upstream === undefined ? '' : `host=${HOST} port=${upstream.port} user=postgres connect_timeout=2`,
        wal_retrieve_retry_interval: '200ms',
      };
      const args = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
      const child = spawn(binaries.postgres, ['-D', directory(name), ...args], {
        cwd: '/',
        stdio: 'ignore',
        ...spawnAs(account),
      });
      return running(child, port);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function giveTo(account: Account, folder: string): Promise<void> {
  if (!isRoot()) return;
  await chown(folder, account.uid, account.gid);
  await promisify(execFile)('chown', ['-R', `${account.uid}:${account.gid}`, folder]);
}

async function running(child: ChildProcess, port: number): Promise<Running> {
  const url = `postgresql://postgres@${HOST}:${port}/postgres`;
  const pool = createPool({ connectionString: url, role: undefined, max: 2, name: 'pair', log: silentLog });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await until('the server answers', () =>
    pool.query('SELECT 1').then(
      () => true,
      () => false,
    ),
  );
  const signal = (name: NodeJS.Signals) => void child.kill(name);
  return {
    port,
    url,
    pool,
    signal,
    async stop(name) {
      await pool.end().catch(() => {});
      // A process that was frozen takes no other signal.
      signal('SIGCONT');
      signal(name);
      await ended;
    },
  };
}

async function untilCaughtUp(primary: Pool, standby: Pool): Promise<void> {
  const { rows } = await primary.query('SELECT pg_current_wal_flush_lsn()::text AS lsn');
  await until('the standby has caught up', async () => {
    const replayed = await standby.query('SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS has', [
      rows[0].lsn,
    ]);
    return replayed.rows[0].has === true;
  });
}
