import { expect, it } from 'vitest';
import { shareNext } from './share-next.js';

function setUp() {
  const pending: { resolve(value: number): void; reject(error: Error): void }[] = [];
  const ask = shareNext(() => new Promise<number>((resolve, reject) => pending.push({ resolve, reject })));
  return { pending, ask };
}

it('asks once for all who come while a question is under way, and not before their time', async () => {
  const { pending, ask } = setUp();
  const first = ask();
  const others = Array.from({ length: 500 }, () => ask());
  expect(pending).toHaveLength(1);
  pending[0]?.resolve(1);
  expect(await first).toBe(1);
  await expect.poll(() => pending.length).toBe(2);
  pending[1]?.resolve(2);
  expect(new Set(await Promise.all(others))).toEqual(new Set([2]));
  expect(pending).toHaveLength(2);
});

it('asks again after a failure, which only those hear who asked for it', async () => {
  const { pending, ask } = setUp();
  const first = ask();
  const second = ask();
  pending[0]?.reject(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await expect.poll(() => pending.length).toBe(2);
  pending[1]?.resolve(2);
  expect(await second).toBe(2);
});
