import { expect, it } from 'vitest';
import { withTimeLimit } from './with-time-limit.js';

it('work that is done in time gives its result, and its failure', async () => {
  expect(await withTimeLimit(1_000, Promise.resolve('metrics'), () => 'none')).toBe('metrics');
  await expect(withTimeLimit(1_000, Promise.reject(new Error('broken')), () => 'none')).rejects.toThrow(
    'broken',
  );
});

it('work that takes longer is not waited for', async () => {
  expect(await withTimeLimit(20, new Promise<string>(() => {}), () => 'none')).toBe('none');
});

it('a time limit may fail', async () => {
  const tooLate = () => {
    throw new Error('too late');
  };
  await expect(withTimeLimit(20, new Promise<string>(() => {}), tooLate)).rejects.toThrow('too late');
});
