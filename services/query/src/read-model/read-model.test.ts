import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Reader } from '../database/reader.js';
import type { Progress, TargetPosition } from '../progress/progress.js';
import { ReadModel } from './read-model.js';

it('counts the wait for a replica into the time that a read waits', async () => {
  const reader = {} as Reader;
  const targets: TargetPosition[] = [];
  let waitingSince = 0;
  const progress = {
    waitFor: async (target: TargetPosition) => {
      targets.push(target);
      return 1;
    },
  } as Pick<Progress, 'waitFor'> as Progress;
  const models = new ReadModel({
    reader,
    times: reader,
    progress,
    waitTimeout: 1_000,
    conditions: async () => {
      waitingSince = performance.now();
      await sleep(100);
      return () => {};
    },
  });
  const { signal } = new AbortController();
  const wanted = { projection: 'tasks', minPosition: 5, asOf: undefined, signal } as const;
  await models.read(wanted, async () => ({ position: 5, epoch: 'e' }) as never);
  expect(targets[0]?.deadline).toBeLessThanOrEqual(waitingSince + 1_000);
});
