/** How far the topic is behind the log, as the relay's row tells. */
import {
  createTestAppender,
  createTestDatabase,
  newEvent,
  silentLog,
  type TestDatabase,
} from '@att/platform/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { standBy } from './lease.js';
import { readRelayLag } from './log-queries.js';

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

it('counts what was published to this topic, and nothing of another one', async () => {
  const { connectionString } = database;
  const appender = createTestAppender(connectionString);
  await appender.append([newEvent(), newEvent(), newEvent()]);
  await appender.close();
  const pool = database.pool('att_ingest');
  expect(await readRelayLag(pool, 'events')).toMatchObject({ position: 0, events: 3 });

  const lease = await standBy(pool, silentLog, new AbortController().signal);
  const { rows } = await pool.query(
    `SELECT epoch, (SELECT encode(hash, 'hex') FROM log.events WHERE position = 2) AS hash FROM log.head`,
  );
  lease?.report({
    ...rows[0],
    topic: 'cluster/events',
    position: 2,
    partitions: [{ position: 2, offset: 1 }],
  });
  await lease?.release();
  expect(await readRelayLag(pool, 'events')).toMatchObject({ position: 2, events: 1 });
  expect(await readRelayLag(pool, 'other')).toMatchObject({ position: 0, events: 3 });
});
