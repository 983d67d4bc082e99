import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, inject, it } from 'vitest';
import { Registry } from '../../metrics/index.js';
import { silentLog } from '../../testing/index.js';
import { describeSharedState } from '../shared-state.contract.js';
import { createRedisSharedState } from './redis.js';

const server = inject('redis');

describe.skipIf(server === undefined)('on a real server', () => {
  const url = server?.url ?? 'redis://none';

  // The server may be somebody's own: nothing is removed there, and all that a test leaves expires by itself.
  const newPrefix = () => `att-test:${randomUUID()}:`;
  const open = (prefix: string, countsTtl: number) =>
    createRedisSharedState({ url, prefix, countsTtl, log: silentLog, metrics: new Registry() });

  describeSharedState('Redis', async () => {
    const prefix = newPrefix();
    // Halves of these are let pass, and what comes then must come in time on a busy machine.
    const [countsTtl, window] = [3_000, 3_000];
    const [state, other] = await Promise.all([open(prefix, countsTtl), open(prefix, countsTtl)]);
    return {
      state,
      other,
      countsTtl,
      window,
      pass: (milliseconds) => sleep(milliseconds + 20),
      async close() {
        await Promise.all([state.close(), other.close()]);
      },
    };
  });

  it('keeps nothing of replicas that died, also where nobody reads the counts', async () => {
    const [prefix, countsTtl] = [newPrefix(), 2_000];
    const state = await open(prefix, countsTtl);
    const client = new Redis(url);
    const counts = { total: 1, byProject: new Map([['red', 1]]) };
    await state.publishConnectionCounts('dead', counts);
    for (let turn = 0; turn < 3; turn++) {
      await sleep(countsTtl / 2);
      await state.publishConnectionCounts('alive', counts);
    }
    expect(await client.hkeys(`${prefix}sockets`)).toEqual(['alive']);
    client.disconnect();
    await state.close();
  });
});
