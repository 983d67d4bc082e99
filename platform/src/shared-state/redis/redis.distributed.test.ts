import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, inject } from 'vitest';
import { Registry } from '../../metrics/index.js';
import { silentLog } from '../../testing/index.js';
import { describeSharedState } from '../shared-state.contract.js';
import { createRedisSharedState } from './redis.js';

const server = inject('redis');

describe.skipIf(server === undefined)('on a real server', () => {
  const url = server?.url ?? 'redis://none';

  describeSharedState('Redis', async () => {
    // The server may be somebody's own: nothing is removed there, and all that a test leaves expires by itself.
    const prefix = `att-test:${randomUUID()}:`;
    const [countsTtl, window] = [1_000, 1_000];
    const options = { url, prefix, log: silentLog, countsTtl };
    const make = () => createRedisSharedState({ ...options, metrics: new Registry() });
    const [state, other] = await Promise.all([make(), make()]);
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
});
