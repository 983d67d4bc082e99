import { describe, expect, it } from 'vitest';
import { Appender, GENESIS_HASH, type NewEvent, renewEpoch } from '../event-log/index.js';
import { Registry } from '../metrics/index.js';
import { createPool } from '../postgres/index.js';
import { createTestDatabase, cutLog, silentLog, type TestDatabase } from '../testing/index.js';
import { describeEventFeed, type FeedUnderTest } from './event-feed.contract.js';
import { createPostgresFeed } from './postgres-feed.js';

describeEventFeed('postgres', () => make());

// Notifications stay within a database, so a feed that listens in another hears none: only its poll is left.
describeEventFeed('postgres, without any notification', async () => {
  const elsewhere = await createTestDatabase();
  const made = await make({ listenIn: elsewhere, pollInterval: 50 });
  return {
    ...made,
    async close() {
      await made.close();
      await elsewhere.drop();
    },
  };
});

describe('the postgres feed', () => {
  it('is woken by the notification, long before its poll', async () => {
    const made = await make({ pollInterval: 60_000 });
    const stopping = new AbortController();
    const reader = made.feed.read({ after: 0, batchSize: 10, signal: stopping.signal });
    await made.append(1);
    await reader.next();
    const next = reader.next();
    const startedAt = performance.now();
    await made.append(1);
    expect((await next).value?.position).toBe(2);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    stopping.abort();
    await made.close();
  });
});

interface MakeOptions {
  listenIn?: TestDatabase;
  pollInterval?: number;
}

async function make({ listenIn, pollInterval }: MakeOptions = {}): Promise<FeedUnderTest> {
  const database = await createTestDatabase();
  const { connectionString } = database;
  const appender = new Appender({
    connectionString,
    role: 'att_ingest',
    log: silentLog,
    metrics: new Registry(),
  });
  const pool = createPool({
    connectionString,
    role: 'att_reader',
    max: 4,
    name: 'feed-pool',
    log: silentLog,
  });
  const feed = createPostgresFeed({
    pool,
    connectionString: (listenIn ?? database).connectionString,
    role: 'att_reader',
    log: silentLog,
    ...(pollInterval === undefined ? {} : { pollInterval }),
  });
  const operator = database.pool();
  let appended = 0;
  return {
    feed,
    async append(count) {
      await appender.append(Array.from({ length: count }, () => event(++appended)));
    },
    async appendLarge(count, bytes) {
      const result = 'all work and no play '.repeat(bytes / 21);
      const large = Array.from({ length: count }, () => ({
        ...event(++appended),
        payload: Buffer.from(JSON.stringify({ result })),
      }));
      await appender.append(large);
    },
    async interrupt() {
      await operator.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name IN ('att-feed', 'att-feed-pool')`,
      );
    },
    async replaceLast(removed, others) {
      await cutLog(operator, removed);
      await appender.append(Array.from({ length: others }, () => event(++appended)));
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

const event = (n: number): NewEvent => ({
  type: 'task.started',
  project: 'project',
  taskId: `task-${n}`,
  agent: 'agent',
  occurredAt: '2026-01-31T12:00:00.000Z',
  actor: 'tester',
  payload: Buffer.from(`{"task":"Task ${n}", "n": 1.0}`),
  idempotencyKey: null,
});
