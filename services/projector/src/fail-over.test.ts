/** A fail-over to a standby that lacks the last events: what is projected afterwards, and from which memory. */

import { createAuthenticator } from '@att/platform/auth';
import { createPostgresFeed } from '@att/platform/event-feed';
import { type Appender, LOG_MIGRATIONS } from '@att/platform/event-log';
import { Registry } from '@att/platform/metrics';
import { createPool, type DatabaseRole, migrate } from '@att/platform/postgres';
import type { Service, ServiceContext } from '@att/platform/service';
import { createMemorySharedState } from '@att/platform/shared-state';
import {
  createStandbyPair,
  createTestAppender,
  newEvent,
  type StandbyPair,
  silentLog,
  WAIT_LIMIT,
} from '@att/platform/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { PROJECTION_MIGRATIONS } from './migrations.js';
import { startProjector } from './start-projector.js';

let pair: StandbyPair;
let appender: Appender;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  pair = await createStandbyPair(async (connectionString) => {
    await migrate(connectionString, LOG_MIGRATIONS, silentLog);
    await migrate(connectionString, PROJECTION_MIGRATIONS, silentLog);
  });
  const { connectionString } = pair;
  appender = createTestAppender(connectionString);
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await appender?.close();
  await pair?.close();
});

function project(): Service {
  const { connectionString } = pair;
  const pool: ServiceContext['database']['pool'] = (role, options) =>
    createPool({ connectionString, role, log: silentLog, ...options });
  const feedPool = pool('att_reader', { max: 2, name: 'feed' });
  const feed = createPostgresFeed({ pool: feedPool, connectionString, role: 'att_reader', log: silentLog });
  const projector = startProjector({
    log: silentLog,
    metrics: new Registry(),
    authenticator: createAuthenticator('a-key-of-the-tests-0123456789'),
    sharedState: createMemorySharedState(),
    feed,
    database: { connectionString, role: (role: DatabaseRole) => role, pool },
  });
  closing.push(async () => {
    await projector.stop();
    await feed.close();
    await feedPool.end();
  });
  return projector;
}

const append = (task: string, count: number) =>
  appender.append(
    Array.from({ length: count }, (_, n) => newEvent({ project: task, taskId: `${task}-${n}` })),
  );

const untilProjected = (position: number) =>
  vi.waitFor(
    async () => {
      const { rows } = await pair.standby.pool.query(
        "SELECT min(position) AS position FROM projection.generations WHERE state = 'active'",
      );
      expect(rows[0].position).toBe(position);
    },
    { timeout: WAIT_LIMIT, interval: 100 },
  );

it('goes on from the checkpoint that is there, with nothing of the lost events in it', async () => {
  const projectors = [project(), project()];
  await append('kept', 5);
  await untilProjected(5);
  // Later events are not replicated: the standby never gets them.
  pair.replication.down();
  await append('lost', 5);
  await vi.waitFor(
    async () => {
      const { rows } = await pair.primary.pool.query(
        'SELECT min(position) AS position FROM projection.generations',
      );
      expect(rows[0].position).toBe(10);
    },
    { timeout: WAIT_LIMIT, interval: 100 },
  );
  await pair.failOver();
  // Nothing new comes yet, and the head is before what memory has.
  await untilProjected(5);
  await vi.waitFor(async () => await append('after', 3), { timeout: WAIT_LIMIT, interval: 500 });
  await untilProjected(8);
  // The same number that memory had, of other events.
  await append('again', 2);
  await untilProjected(10);
  const { rows: active } = await pair.standby.pool.query(
    "SELECT id FROM projection.generations WHERE projection = 'projects' AND state = 'active'",
  );
  const { rows } = await pair.standby.pool.query(
    `SELECT name FROM projection.projects_g${active[0].id} ORDER BY name`,
  );
  expect(rows.map(({ name }) => name)).toEqual(['after', 'again', 'kept']);
  await vi.waitFor(async () => {
    for (const { checks = [] } of projectors) for (const { check } of checks) await check();
  }, WAIT_LIMIT);
});
