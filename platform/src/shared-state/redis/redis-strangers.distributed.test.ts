/** Redis in which others have been: what they left under our names, and clocks that were set back. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { Registry } from '../../metrics/index.js';
import { silentLog } from '../../testing/index.js';
import type { SharedState } from '../shared-state.js';
import { createRedisSharedState } from './redis.js';

const server = inject('redis');
const WINDOW = 60_000;

describe.skipIf(server === undefined)('Redis', () => {
  const url = server?.url ?? 'redis://none';
  let prefix: string;
  let client: Redis;
  let state: SharedState;

  beforeEach(async () => {
    client = new Redis(url);
    prefix = `att-test:${randomUUID()}:`;
    state = await createRedisSharedState({ url, prefix, log: silentLog, metrics: new Registry() });
  });

  afterEach(async () => {
    // The server may be somebody's own.
    await client.del(`${prefix}quota:a`, `${prefix}sockets`);
    client.disconnect();
    await state.close();
  });

  const take = () => state.takeQuota({ name: 'a', limit: 10, window: WINDOW, needed: 1, wanted: 1 });
  const publish = () => state.publishConnectionCounts('ours', { total: 2, byProject: new Map([['red', 2]]) });

  it.each([
    ['a quota that never ends', () => client.set(`${prefix}quota:a`, '10')],
    [
      'a quota from before its clock was set back',
      () => client.set(`${prefix}quota:a`, '10', 'PX', WINDOW + 3_600_000),
    ],
    ['a list in the place of a quota', () => client.rpush(`${prefix}quota:a`, 'x')],
  ])('with %s begins the minute anew', async (_, leave) => {
    await leave();
    const { taken, left, resetsIn } = await take();
    expect({ taken, left }).toEqual({ taken: 1, left: 9 });
    expect(resetsIn).toBeLessThanOrEqual(WINDOW);
    expect(await client.pttl(`${prefix}quota:a`)).toBeGreaterThan(WINDOW - 5_000);
  });

  it.each([
    ['no time', 'x'],
    ['no counts', '99999999999999 '],
    ['counts of another form', `${Date.now() + 10_000} {"total":1}`],
    ['counts from before its clock was set back', `${Date.now() + 3_600_000} [7,[["red",7]]]`],
  ])('with %s among the sockets counts the others', async (_, value) => {
    await client.hset(`${prefix}sockets`, 'theirs', value);
    await publish();
    expect(await state.connectionCounts()).toEqual({ total: 2, byProject: new Map([['red', 2]]) });
  });

  it('with another type in the place of the sockets counts them', async () => {
    await client.set(`${prefix}sockets`, 'x');
    await publish();
    expect((await state.connectionCounts()).total).toBe(2);
  });
});
