import { startIngest } from '@att/ingest';
import { createMetrics } from '@att/platform/metrics';
import { createMemorySharedState } from '@att/platform/shared-state';
import { createTestDatabase, silentLog, type TestDatabase } from '@att/platform/testing';
import { startOperatorApi } from '@att/projector';
import { startQuery } from '@att/query';
import { startRealtime } from '@att/realtime';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createContext } from './context.js';

vi.mock(import('@att/platform/shared-state'), async (load) => {
  const loaded = await load();
  return { ...loaded, createMemorySharedState: vi.fn(loaded.createMemorySharedState) };
});

let database: TestDatabase;
let other: TestDatabase;

beforeAll(async () => {
  [database, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
});
afterAll(async () => {
  await Promise.all([database?.drop(), other?.drop()]);
});

it('closes the shared state where the replica is refused', async () => {
  const close = vi.fn(async () => {});
  const made = createMemorySharedState();
  vi.mocked(createMemorySharedState).mockReturnValueOnce({ ...made, close });
  const metrics = createMetrics();
  const context = createContext({
    connectionString: database.connectionString,
    config: { databaseReadUrl: other.connectionString },
    apiKey: 'k'.repeat(16),
    log: silentLog,
    metrics,
  });
  await expect(context).rejects.toThrow('DATABASE_READ_URL leads to another database');
  expect(close).toHaveBeenCalledOnce();
});

it('gives services that share a process checks of names of their own, as readiness is read by name', async () => {
  const context = await createContext({
    connectionString: database.connectionString,
    config: {
      databaseReadUrl: database.connectionString,
      // Nobody listens there: Redis is away, and counts as configured.
      redisUrl: 'redis://127.0.0.1:9',
      rateLimits: { webhooks: 100, reads: 100 },
    },
    apiKey: 'k'.repeat(16),
    log: silentLog,
    metrics: createMetrics(),
  });
  const services = [startIngest, startOperatorApi, startQuery, startRealtime].map((start) => start(context));
  const names = services.flatMap(({ checks = [] }) => checks.map(({ name }) => name));
  await Promise.all(services.map((service) => service.stop()));
  await context.close();
  expect(names).toContain('webhook limits');
  expect(names).toEqual([...new Set(names)]);
});

it('closes its pools beside the feed, as each takes seconds where the server is silent', async () => {
  const context = await createContext({
    connectionString: database.connectionString,
    apiKey: 'k'.repeat(16),
    log: silentLog,
    metrics: createMetrics(),
  });
  const end = vi.spyOn(context.ownPool, 'end');
  const closeFeed = context.feed.close;
  let letFeedClose = () => {};
  const held = new Promise<void>((resolve) => {
    letFeedClose = resolve;
  });
  context.feed.close = () => held.then(closeFeed);
  const closed = context.close();
  expect(end).toHaveBeenCalledOnce();
  letFeedClose();
  await closed;
});
