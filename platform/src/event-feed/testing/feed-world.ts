/** A log, its topic and a feed of both, as contract and fault tests need them. */
import { GENESIS_HASH, type NewEvent, renewEpoch } from '../../event-log/index.js';
import { Registry } from '../../metrics/index.js';
import { createPool } from '../../postgres/index.js';
import {
  allowAnyTime,
  createTestAppender,
  createTestDatabase,
  cutLog,
  silentLog,
} from '../../testing/index.js';
import type { EventFeed } from '../event-feed.js';
import type { FeedUnderTest } from './feed-under-test.js';

export interface FeedWorld extends FeedUnderTest {
  connectionString: string;
  metrics: Registry;
  /** Commits these events. */
  commit(events: readonly NewEvent[]): Promise<void>;
  operator: ReturnType<Awaited<ReturnType<typeof createTestDatabase>>['pool']>;
}

export interface WorldParts {
  connectionString: string;
  pool: ReturnType<typeof createPool>;
  metrics: Registry;
}

/** @param clock of the appender; where it is given, any time is taken */
export async function createFeedWorld(
  createFeed: (parts: WorldParts) => EventFeed,
  clock?: () => number,
): Promise<FeedWorld> {
  const database = await createTestDatabase();
  const { connectionString } = database;
  const metrics = new Registry();
  const appender = createTestAppender(connectionString, {
    ...(clock === undefined ? {} : { now: clock, anyTime: true }),
  });
  const pool = createPool({
    connectionString,
    role: 'att_reader',
    max: 4,
    name: 'feed-pool',
    log: silentLog,
  });
  const feed = createFeed({ connectionString, pool, metrics });
  const operator = database.pool();
  if (clock !== undefined) await allowAnyTime(operator);
  let appended = 0;
  const events = (count: number) => Array.from({ length: count }, () => newTestEvent(++appended));
  return {
    feed,
    connectionString,
    metrics,
    operator,
    async commit(wanted) {
      appended += wanted.length;
      await appender.append([...wanted]);
    },
    async append(count) {
      await appender.append(events(count));
    },
    async appendLarge(count, bytes) {
      const result = 'all work and no play '.repeat(bytes / 21);
      const payload = Buffer.from(JSON.stringify({ result }));
      await appender.append(events(count).map((event) => ({ ...event, payload })));
    },
    async interrupt() {
      await operator.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name IN ('att-feed', 'att-feed-pool')`,
      );
    },
    async replaceLast(removed, others) {
      await cutLog(operator, removed);
      await appender.append(events(others));
    },
    renewEpoch: async () => (await renewEpoch(operator)).epoch,
    async hashes() {
      const { rows } = await operator.query<{ hash: string }>(
        "SELECT encode(hash, 'hex') AS hash FROM log.events ORDER BY position",
      );
      return [GENESIS_HASH, ...rows.map(({ hash }) => hash)];
    },
    async close() {
      await feed.close();
      await pool.end();
      await appender.close();
      await database.drop();
    },
  };
}

export const newTestEvent = (n: number): NewEvent => ({
  type: 'task.started',
  project: 'project',
  taskId: `task-${n}`,
  agent: 'agent',
  occurredAt: '2026-01-31T12:00:00.000Z',
  actor: 'tester',
  payload: Buffer.from(`{"task":"Task ${n}", "n": 1.0}`),
  idempotencyKey: null,
});
