/** A standby that lags is promoted under a writer and readers that run on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresFeed, type EventBatch } from '../event-feed/index.js';
import { createPool, migrate } from '../postgres/index.js';
import {
  createStandbyPair,
  createTestAppender,
  newEvent,
  type StandbyPair,
  silentLog,
} from '../testing/index.js';
import { type Appended, type Appender, LOG_MIGRATIONS, readLogIdentity, verifyLog } from './index.js';

let pair: StandbyPair;
let appender: Appender;

beforeEach(async () => {
  pair = await createStandbyPair((url) => migrate(url, LOG_MIGRATIONS, silentLog));
  const { connectionString } = pair;
  appender = createTestAppender(connectionString);
});

afterEach(async () => {
  await appender?.close();
  await pair?.close();
});

async function append(count: number, label: string): Promise<number[]> {
  const events = Array.from({ length: count }, (_, index) => newEvent({ taskId: `${label}-${index}` }));
  return (await appender.append(events)).map(({ position }) => position);
}

/** Retries, as a sender does, events that were certainly not stored. */
async function appendInTheEnd(count: number, label: string): Promise<number[]> {
  for (;;) {
    try {
      return await append(count, label);
    } catch (error) {
      if ((error as { code?: string }).code === 'outcome_unknown') throw error;
      await sleep(50);
    }
  }
}

const identity = () => readLogIdentity(pair.standby.pool);
const taskIds = async () =>
  (await pair.standby.pool.query('SELECT task_id FROM log.events ORDER BY position')).rows.map(
    ({ task_id }) => task_id as string,
  );

async function expectProven(): Promise<void> {
  const client = await pair.standby.pool.connect();
  try {
    expect(await verifyLog(client)).not.toHaveProperty('broken');
  } finally {
    client.release();
  }
}

describe.each(['SIGKILL', 'SIGSTOP'] as const)('a fail-over from a primary that gets %s', (signal) => {
  it('to a standby that lacks the last events gives a new epoch before the first of their positions again', async () => {
    await append(10, 'kept');
    const { epoch } = await readLogIdentity(pair.primary.pool);
    await pair.caughtUp();
    pair.replication.down();
    expect(await append(3, 'lost')).toEqual([11, 12, 13]);
    await pair.failOver(signal);
    expect(await identity()).toMatchObject({ epoch, position: 10 });
    expect(await appendInTheEnd(2, 'after')).toEqual([11, 12]);
    expect((await identity()).epoch).not.toBe(epoch);
    expect((await taskIds()).slice(9)).toEqual(['kept-9', 'after-0', 'after-1']);
    await expectProven();
  });
});

it('a clean switch-over costs one new epoch, and no event', async () => {
  await append(10, 'kept');
  const { epoch } = await readLogIdentity(pair.primary.pool);
  await pair.caughtUp();
  await pair.failOver();
  expect(await appendInTheEnd(1, 'after')).toEqual([11]);
  const after = await identity();
  expect(after.epoch).not.toBe(epoch);
  pair.line.cut();
  expect(await appendInTheEnd(1, 'later')).toEqual([12]);
  expect((await identity()).epoch).toBe(after.epoch);
});

it('asks the promoted server for the outcome of batches in flight: none is stored twice or acknowledged wrongly', async () => {
  await append(5, 'kept');
  await pair.caughtUp();
  pair.replication.down();
  const calls: { label: string; outcome: Promise<Appended[] | { code: string }> }[] = [];
  let isOver = false;
  const sending = (async () => {
    for (let n = 0; !isOver; n++) {
      const label = `sent-${n}`;
      const outcome = appender
        .append([newEvent({ taskId: label })])
        .catch((error: { code: string }) => error);
      calls.push({ label, outcome });
      await sleep(3);
    }
  })();
  await sleep(300);
  await pair.failOver();
  const failedOverAt = calls.length;
  await sleep(500);
  isOver = true;
  await sending;
  await appendInTheEnd(1, 'after');
  const stored = await taskIds();
  expect(new Set(stored).size).toBe(stored.length);
  const answered = await Promise.all(
    calls.map(async ({ label, outcome }) => ({ label, outcome: await outcome })),
  );
  for (const [index, { label, outcome }] of answered.entries()) {
    if (!Array.isArray(outcome)) {
      if (outcome.code !== 'outcome_unknown') expect(stored, label).not.toContain(label);
    } else if (stored.includes(label) || index >= failedOverAt) {
      // Others the former primary acknowledged before it went: the standby's loss.
      expect(stored[(outcome[0]?.position as number) - 1], label).toBe(label);
    }
  }
  await expectProven();
});

it('notifies a feed, also a quiet one, which goes on in the promoted log', async () => {
  await append(10, 'kept');
  await pair.caughtUp();
  pair.replication.down();
  await append(3, 'lost');
  const { connectionString } = pair;
  const pool = createPool({
    connectionString,
    role: 'att_reader',
    max: 2,
    name: 'feed-pool',
    log: silentLog,
  });
  const feed = createPostgresFeed({
    pool,
    connectionString,
    role: 'att_reader',
    log: silentLog,
    pollInterval: 200,
  });
  const stopping = new AbortController();
  try {
    const reader = feed.read({ after: 0, batchSize: 100, signal: stopping.signal });
    const { value: before } = (await reader.next()) as { value: EventBatch };
    expect(before.position).toBe(13);
    const next = reader.next();
    next.catch(() => {});
    await pair.failOver();
    await expect(next).rejects.toMatchObject({ code: 'log_changed', position: 13, head: 10 });
    const { value: after } = (await feed
      .read({ after: 0, batchSize: 100, signal: stopping.signal })
      .next()) as { value: EventBatch };
    expect(after).toMatchObject({ position: 10 });
    expect(after.epoch).not.toBe(before.epoch);
  } finally {
    stopping.abort();
    await feed.close();
    await pool.end();
  }
});
