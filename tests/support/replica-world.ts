/** A primary and a streaming replica of it, both Debian's PostgreSQL 15, and the product on both of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LOG_MIGRATIONS } from '@att/platform/event-log';
import { migrate } from '@att/platform/postgres';
import { createTcpProxy, silentLog, type TcpProxy, throughProxy, until } from '@att/platform/testing';
import { PROJECTION_MIGRATIONS } from '@att/projector';
import { API_KEY, startWholeServer, type WholeServer } from '../contract/whole-server.js';
import { type DebianPostgres, startDebianPostgres, startStandbyOf } from './debian-postgres.js';
import { type Answer, get, post, report } from './rest.js';

export interface ReplicaWorld {
  primary: DebianPostgres;
  replica: DebianPostgres;
  /** Line between the product and the replica. */
  line: TcpProxy;
  /** Connection string of the replica, past that line. */
  replicaUrl: string;
  /** The product with the replica, and by itself: it answers as without `DATABASE_READ_URL`. */
  server: WholeServer;
  plain: WholeServer;
  /** Reports a task's start. @returns its position */
  start(task_id: string, more?: object): Promise<number>;
  get<Body>(path: string): Promise<Answer<Body>>;
  /** Resolves once the primary's read models have the position. */
  projected(position: number): Promise<void>;
  /** Reads by where they were answered; `left`: the replica was asked, and then the primary. */
  reads(server: 'replica' | 'primary' | 'left'): Promise<number>;
  /** Sends the replica all that the primary has written; projections commit without waiting for the disk. */
  flush(): Promise<void>;
  /** Stops the replica's replay where it is, and lets it go on. */
  hold(): Promise<void>;
  release(): Promise<void>;
  /**
   * Reads while the replica is held back, all of which it must answer. A machine so busy that the replica counted as silent,
   * or as far behind, has it done again.
   */
  whileHeld<T>(work: (turn: number) => Promise<T>): Promise<T>;
  /** Resolves once the replica has all that the primary has now. */
  caughtUp(): Promise<void>;
  /** Resolves once readiness says so of the replica: undefined when it is read, else why not. */
  untilSaid(why: RegExp | undefined): Promise<void>;
  close(): Promise<void>;
}

export const DATABASE = 'log';

/** Milliseconds after which no answer of `/metrics` is shared any more. */
const METRICS_AGE = 300;

export const positionOf = ({ headers }: Answer<unknown>) => Number(headers.get('x-position'));

export async function createReplicaWorld(settings: Record<string, string> = {}): Promise<ReplicaWorld> {
  const primary = await startDebianPostgres({ settings: { fsync: 'off', wal_writer_delay: '10ms' } });
  await primary.query(`CREATE DATABASE ${DATABASE}`);
  await migrate(primary.url(DATABASE), LOG_MIGRATIONS, silentLog);
  await migrate(primary.url(DATABASE), PROJECTION_MIGRATIONS, silentLog);
  const replica = await startStandbyOf(primary, settings);
  const line = await createTcpProxy({ host: '127.0.0.1', port: replica.port });
  const databaseReadUrl = throughProxy(replica.url(DATABASE), line);
  const server = await startWholeServer(primary.url(DATABASE), { databaseReadUrl });
  const plain = await startWholeServer(primary.url(DATABASE));

  const world: ReplicaWorld = {
    primary,
    replica,
    line,
    replicaUrl: replica.url(DATABASE),
    server,
    plain,
    async start(task_id, more = {}) {
      const { status, body } = await post(
        server.url,
        '/webhook/start',
        report({ task_id, ...more }),
        API_KEY,
      );
      if (status !== 202) throw new Error(`a report was answered with ${status}: ${JSON.stringify(body)}`);
      return body.position;
    },
    get: (path) => get(server.url, path, API_KEY),
    async projected(position) {
      await until(`position ${position} is projected`, async () => {
        const { status } = await get(plain.url, `/api/tasks?min_position=${position}`, API_KEY);
        return status === 200;
      });
    },
    async reads(name) {
      await sleep(METRICS_AGE);
      const text = await (await fetch(`${server.url}/metrics`)).text();
      return Number(new RegExp(`att_query_reads_total\\{server="${name}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
    },
    async flush() {
      await primary.query("SELECT pg_logical_emit_message(true, 'test', 'flush')");
    },
    async hold() {
      await replica.query('SELECT pg_wal_replay_pause()');
      const isPaused = async () =>
        (await replica.query('SELECT pg_get_wal_replay_pause_state() AS state'))[0]?.state === 'paused';
      await until('replay is paused', isPaused);
    },
    async release() {
      await replica.query('SELECT pg_wal_replay_resume()');
    },
    async whileHeld(work) {
      const notByReplica = async () => (await world.reads('primary')) + (await world.reads('left'));
      for (let turn = 0; turn < 10; turn++) {
        await world.caughtUp();
        await world.untilSaid(undefined);
        const before = await notByReplica();
        await world.hold();
        try {
          const result = await work(turn);
          if ((await notByReplica()) === before) return result;
        } finally {
          await world.release();
        }
      }
      throw new Error('the replica did not answer all reads while it was held back');
    },
    async caughtUp() {
      await world.flush();
      const [row] = await primary.query('SELECT pg_current_wal_flush_lsn()::text AS lsn');
      const has = `SELECT pg_last_wal_replay_lsn() >= '${row?.lsn}'::pg_lsn AS has`;
      await until('the replica has caught up', async () => (await replica.query(has))[0]?.has === true);
    },
    async untilSaid(why) {
      await until(`readiness says ${why}`, async () => {
        const { status, detail } = await replicaCheck(server.url);
        return why === undefined ? status === 'ok' : status === 'degraded' && why.test(detail);
      });
    },
    async close() {
      await Promise.all([server.close(), plain.close()]);
      await line.close();
      await Promise.all([replica.remove(), primary.remove()]);
    },
  };
  await world.untilSaid(undefined);
  return world;
}

interface Readiness {
  status: string;
  degraded: string[];
  checks: Record<string, { status: string; detail: string }>;
}

export async function replicaCheck(url: string): Promise<{ status: string; detail: string }> {
  const { body } = await get<Readiness>(url, '/readyz', API_KEY);
  return body.checks['read replica'] ?? { status: 'missing', detail: '' };
}
