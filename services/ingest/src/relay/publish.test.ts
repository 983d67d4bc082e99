/** Publishing from a real log, without a topic. */
import { type Appender, renewEpoch } from '@att/platform/event-log';
import { WakeSignal } from '@att/platform/postgres';
import {
  createTestAppender,
  createTestDatabase,
  cutLog,
  newEvent,
  type TestDatabase,
} from '@att/platform/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PartitionPlace } from './lease-row.js';
import { readHashes } from './log-queries.js';
import type { TenureStart } from './open-tenure.js';
import { publish } from './publish.js';
import type { RelayOptions } from './relay-options.js';
import type { Sender } from './sender.js';

let database: TestDatabase;
let appender: Appender;

beforeEach(async () => {
  database = await createTestDatabase();
  const { connectionString } = database;
  appender = createTestAppender(connectionString);
});
afterEach(async () => {
  await appender.close();
  await database.drop();
});

const append = (count: number) => appender.append(Array.from({ length: count }, () => newEvent()));

/** Start of a tenure whose topic has one partition, with messages up to `sent` of the log as it is now. */
async function startAfter(position: number, sent: number): Promise<TenureStart> {
  const { epoch } = await readHashes(database.pool(), []);
  const partitions: PartitionPlace[] = [{ position: sent, offset: sent - 1 }];
  return { epoch, position, partitions } as TenureStart;
}

/** Publishes until the log's end was sent. @returns positions that were sent */
async function positionsSent(start: TenureStart): Promise<number[]> {
  const sent: number[] = [];
  const ending = new AbortController();
  const sender = {
    async send({ positions }: { positions: readonly number[] }) {
      sent.push(...positions);
      ending.abort();
    },
  } as unknown as Sender;
  const options = {
    pool: database.pool('att_ingest'),
    wakeUps: { wakeSignal: new WakeSignal() },
    metrics: { published: { inc: vi.fn() } },
  } as unknown as RelayOptions;
  await publish(options, sender, start, ending.signal);
  return sent;
}

it('leaves out what the topic has already', async () => {
  await append(10);
  expect(await positionsSent(await startAfter(5, 8))).toEqual([9, 10]);
});

it('leaves nothing out for what the topic has of another log: a fail-over came after the two were compared', async () => {
  await append(10);
  const start = await startAfter(5, 10);
  await cutLog(database.pool(), 5);
  await renewEpoch(database.pool());
  await append(8);
  await expect(positionsSent(start)).rejects.toThrow('the log has a new epoch');
});
