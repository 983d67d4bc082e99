import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, inject } from 'vitest';
import { Registry } from '../../metrics/index.js';
import { silentLog } from '../../testing/index.js';
import { describeSharedState } from '../shared-state.contract.js';
import { createRedisSharedState } from './redis.js';

const server = inject('redis');

describe.skipIf(server === undefined)('on a real server', () => {
  // A database of its own: other files use the same server.
  const url = new URL('/9', server?.url ?? 'redis://none').href;

  describeSharedState('Redis', async () => {
    const client = new Redis(url);
    await client.flushdb();
    const countsTtl = 1_000;
    const make = () => createRedisSharedState({ url, log: silentLog, metrics: new Registry(), countsTtl });
    const [state, other] = await Promise.all([make(), make()]);
    return {
      state,
      other,
      countsTtl,
      window: 1_000,
      pass: (milliseconds) => sleep(milliseconds + 20),
      async close() {
        client.disconnect();
        await Promise.all([state.close(), other.close()]);
      },
    };
  });
});
