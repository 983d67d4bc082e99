import { createMetrics } from '@att/platform/metrics';
import { createMemorySharedState } from '@att/platform/shared-state';
import { createTestDatabase, silentLog, type TestDatabase } from '@att/platform/testing';
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
