import { Registry } from '@att/platform/metrics';
import { createRateLimits } from '@att/platform/rate-limit';
import {
  createMemorySharedState,
  type SharedState,
  SharedStateUnavailableError,
} from '@att/platform/shared-state';
import { silentLog } from '@att/platform/testing';
import { afterEach, expect, it } from 'vitest';
import { startTestRealtime, type TestRealtime } from './testing/test-realtime.js';

let realtime: TestRealtime;

afterEach(() => realtime.stop());

const away = () => Promise.reject(new SharedStateUnavailableError('Redis cannot be used'));

/** Shared state that can be taken away. */
function fragileState(): { state: SharedState; isAway: boolean } {
  const memory = createMemorySharedState();
  const made = {
    isAway: false,
    state: {
      ...memory,
      kind: 'redis' as const,
      publishConnectionCounts: (...args: Parameters<SharedState['publishConnectionCounts']>) =>
        made.isAway ? away() : memory.publishConnectionCounts(...args),
      connectionCounts: () => (made.isAway ? away() : memory.connectionCounts()),
      check: () => (made.isAway ? away() : memory.check()),
    },
  };
  return made;
}

async function stats(): Promise<unknown> {
  const request = {
    params: {},
    query: {},
    principal: undefined,
    requestId: '',
    target: '/api/websocket/stats',
    signal: new AbortController().signal,
  };
  const answer = await realtime.service.routes?.getWebsocketStats?.(request);
  return answer !== undefined && 'body' in answer ? answer.body : undefined;
}

it('counts its own sockets while the shared state is away, and says that they are a part', async () => {
  const shared = fragileState();
  await shared.state.publishConnectionCounts('another', { total: 2, byProject: new Map([['red', 2]]) });
  realtime = await startTestRealtime({}, { sharedState: shared.state });
  await realtime.connect('project=red').first('connection');
  expect(await stats()).toEqual({ total_connections: 3, project_connections: { red: 3 } });
  shared.isAway = true;
  await realtime.connect('project=red').first('connection');
  expect(await stats()).toEqual({ total_connections: 2, project_connections: { red: 2 }, partial: true });
  shared.isAway = false;
  await realtime.connect().first('connection');
  expect(await stats()).toEqual({ total_connections: 5, project_connections: { red: 4 } });
});

it('is ready without the shared state, and degraded', async () => {
  const shared = fragileState();
  realtime = await startTestRealtime({}, { sharedState: shared.state });
  const check = realtime.service.checks?.find(({ name }) => name === 'socket counts');
  expect(await check?.check()).toBe('answers');
  shared.isAway = true;
  expect(await check?.check()).toEqual({ degraded: expect.stringContaining('Redis cannot be used') });
});

it('has no such check where nothing is shared', async () => {
  realtime = await startTestRealtime();
  expect(realtime.service.checks?.map(({ name }) => name)).toEqual(['live feed']);
});

it('counts a new socket as a read of its key', async () => {
  const sharedState = createMemorySharedState();
  const limits = { webhooks: undefined, reads: 2 };
  const rateLimits = createRateLimits({ limits, sharedState, metrics: new Registry(), log: silentLog });
  realtime = await startTestRealtime({}, { sharedState, rateLimits });
  for (let i = 0; i < 2; i++) await realtime.connect().first('connection');
  expect(await realtime.connect().closed).toEqual({
    code: 4429,
    reason: expect.stringMatching(/^This key may make 2 reads a minute\. Send it again in \d+ s\.$/),
  });
});
