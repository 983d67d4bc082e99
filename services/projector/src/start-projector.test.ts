import { createAuthenticator } from '@att/platform/auth';
import { createPostgresFeed } from '@att/platform/event-feed';
import { Appender } from '@att/platform/event-log';
import { Registry } from '@att/platform/metrics';
import { createPool } from '@att/platform/postgres';
import type { Service } from '@att/platform/service';
import { createMemorySharedState } from '@att/platform/shared-state';
import { createTestDatabase, newEvent, silentLog, type TestDatabase } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureGenerations } from './generations/ensure-generations.js';
import { PROJECTIONS } from './projections/index.js';
import { startProjector } from './start-projector.js';

let database: TestDatabase;
let closing: (() => Promise<void>)[];
beforeEach(async () => {
  database = await createTestDatabase();
  closing = [];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  await database.drop();
});

async function append(count: number): Promise<void> {
  const { connectionString } = database;
  const options = { connectionString, role: 'att_ingest', log: silentLog, metrics: new Registry() } as const;
  const appender = new Appender(options);
  await appender.append(Array.from({ length: count }, (_, n) => newEvent({ taskId: `task-${n}` })));
  await appender.close();
}

function start(): { projector: Service; metrics: Registry } {
  const { connectionString } = database;
  const metrics = new Registry();
  const feed = createPostgresFeed({
    pool: database.pool('att_reader'),
    connectionString,
    role: 'att_reader',
    log: silentLog,
  });
  const projector = startProjector({
    log: silentLog,
    metrics,
    authenticator: createAuthenticator('a-key-of-the-tests-0123456789'),
    sharedState: createMemorySharedState(),
    feed,
    database: {
      connectionString,
      role: (role) => role,
      pool: (role, options) => createPool({ connectionString, role, log: silentLog, ...options }),
    },
  });
  closing.push(
    () => feed.close(),
    () => projector.stop(),
  );
  return { projector, metrics };
}

const checkpoints = async () => {
  const { rows } = await database
    .pool()
    .query('SELECT projection, position FROM projection.generations ORDER BY id');
  return Object.fromEntries(rows.map(({ projection, position }) => [projection, position]));
};
const everyAt = (position: number) => Object.fromEntries(PROJECTIONS.map(({ name }) => [name, position]));
const isReady = async (projector: Service) =>
  Promise.all((projector.checks ?? []).map(({ check }) => check()));

describe('the projector', () => {
  it('brings every projection to the head, and then has no lag', async () => {
    await append(5);
    const { projector, metrics } = start();
    await vi.waitFor(async () => expect(await checkpoints()).toEqual(everyAt(5)), 5_000);
    await isReady(projector);
    expect(await metrics.metrics()).toContain('att_projection_lag_events{projection="tasks"} 0');
    expect(await metrics.metrics()).toContain('att_projection_lag_seconds{projection="tasks"} 0');
  });

  it('lets a projection of another version stand, says so, and goes on with the others', async () => {
    await ensureGenerations(database.pool('att_projector'), PROJECTIONS);
    await database.pool().query("UPDATE projection.generations SET version = 99 WHERE projection = 'tasks'");
    await append(5);
    const { projector, metrics } = start();
    await vi.waitFor(async () => expect(await checkpoints()).toEqual({ ...everyAt(5), tasks: 0 }), 5_000);
    await expect(isReady(projector)).rejects.toThrow('tasks stands still');
    expect(await metrics.metrics()).toContain('att_projection_lag_events{projection="tasks"} 5');
    expect(await metrics.metrics()).not.toContain('att_projection_lag_seconds{projection="tasks"} 0\n');
  });
});
