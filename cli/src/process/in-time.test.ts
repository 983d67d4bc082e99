import { expect, it } from 'vitest';
import { inTime } from './in-time.js';

it('work that is done in time gives its result, and its failure', async () => {
  expect(await inTime(1_000, Promise.resolve('metrics'), () => 'none')).toBe('metrics');
  await expect(inTime(1_000, Promise.reject(new Error('broken')), () => 'none')).rejects.toThrow('broken');
});

it('work that takes longer is not waited for', async () => {
  expect(await inTime(20, new Promise<string>(() => {}), () => 'none')).toBe('none');
});
