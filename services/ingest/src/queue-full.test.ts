import { createAuthenticator } from '@att/platform/auth';
import type { Appender, NewEvent } from '@att/platform/event-log';
import { createMetrics, type Registry } from '@att/platform/metrics';
import { createTestAppender, createTestDatabase, silentLog, type TestDatabase } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { item, start } from './testing/bodies.js';
import { accepted, type Client, createClient, refused } from './testing/client.js';
import { serve } from './testing/ingest-server.js';
import { readStored } from './testing/stored.js';
import { webhookRoutes } from './webhooks.js';

const KEY = 'key-of-a-small-queue';
const QUEUE = 10;

let database: TestDatabase;
let metrics: Registry;
let log: Appender;
let appends: number;
let http: Awaited<ReturnType<typeof serve>>;
let client: Client;
beforeEach(async () => {
  database = await createTestDatabase();
  metrics = createMetrics();
  const authenticator = createAuthenticator(KEY);
  log = createTestAppender(database.connectionString, { metrics, maxQueuedEvents: QUEUE });
  appends = 0;
  const counted = {
    append(events: readonly NewEvent[]) {
      appends += 1;
      return log.append(events);
    },
  };
  http = await serve(
    webhookRoutes({ log: counted, authenticator, logger: silentLog, metrics }),
    authenticator,
    metrics,
  );
  client = createClient(http.port, KEY);
});
afterEach(async () => {
  await http.close();
  await log.close();
  await database.drop();
});

const post = (task_id: string) => client.post('/webhook/start', start({ task_id }));

describe('a full append queue', () => {
  it('refuses further reports at once with 503 and Retry-After, and stores the queued ones', async () => {
    accepted(await post('first'));
    const blocker = await database.pool().connect();
    await blocker.query('BEGIN; SELECT FROM log.head FOR UPDATE');
    const written = post('in-flight');
    await expect.poll(() => isWaitingForLock()).toBe(true);
    const following = post('in-flight-behind-it');
    // Two batches are in flight and the queue is empty; reports from here on stay queued.
    await expect.poll(async () => [appends, await queued()]).toEqual([3, 0]);

    const waiting = Array.from({ length: 3 * QUEUE }, (_, index) => post(`t${index}`));
    const refusals = await firstSettled(waiting, 2 * QUEUE);
    for (const answer of refusals) {
      refused(answer, 'queue_full');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    refused(await client.batch([item('start'), item('start')]), 'queue_full');

    await blocker.query('COMMIT');
    blocker.release();
    accepted(await written);
    accepted(await following);
    const answers = await Promise.all(waiting);
    expect(answers.filter((answer) => answer.status === 202)).toHaveLength(QUEUE);
    expect(await readStored(database.pool())).toHaveLength(3 + QUEUE);
    accepted(await post('afterwards'));
  });

  it('takes a batch that is larger than the queue when nothing is queued', async () => {
    const answer = await client.batch(Array.from({ length: 5 * QUEUE }, () => item('start')));
    expect(answer.status).toBe(207);
  });

  async function queued(): Promise<number> {
    return Number((await metrics.getSingleMetricAsString('att_append_queue_events')).split(' ').at(-1));
  }

  async function isWaitingForLock(): Promise<boolean> {
    const { rows } = await database
      .pool()
      .query(`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
    return rows.length > 0;
  }
});

/** Values of the first `count` promises that resolve. */
function firstSettled<T>(promises: readonly Promise<T>[], count: number): Promise<T[]> {
  return new Promise((resolve, reject) => {
    const settled: T[] = [];
    for (const promise of promises) {
      promise.then((value) => {
        settled.push(value);
        if (settled.length === count) resolve([...settled]);
      }, reject);
    }
  });
}
