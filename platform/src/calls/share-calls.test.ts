import { describe, expect, it } from 'vitest';
import { type ShareOptions, shareCalls } from './share-calls.js';

/** A call that is answered by hand. */
function manualCall(options?: ShareOptions) {
  const begun: { resolve(value: number): void; reject(error: Error): void }[] = [];
  const call = () => new Promise<number>((resolve, reject) => begun.push({ resolve, reject }));
  return { begun, ask: shareCalls(call, options) };
}

const settled = () => new Promise(setImmediate);

describe('shared calls', () => {
  it('give everybody who asks meanwhile one call, begun after they asked', async () => {
    const { begun, ask } = manualCall();
    const first = ask();
    const others = [ask(), ask(), ask()];
    await settled();
    expect(begun).toHaveLength(1);
    begun[0]?.resolve(1);
    expect(await first).toBe(1);
    await settled();
    expect(begun).toHaveLength(2);
    begun[1]?.resolve(2);
    expect(await Promise.all(others)).toEqual([2, 2, 2]);
  });

  it('are never given to somebody who asked after they began', async () => {
    const { begun, ask } = manualCall();
    const first = ask();
    const second = ask();
    begun[0]?.resolve(1);
    expect(await first).toBe(1);
    await settled();
    expect(begun).toHaveLength(2);
    // The second call is under way now, and may have read what was there before this question.
    const third = ask();
    begun[1]?.resolve(2);
    expect(await second).toBe(2);
    await settled();
    expect(begun).toHaveLength(3);
    begun[2]?.resolve(3);
    expect(await third).toBe(3);
  });

  it('are two for hundreds who ask at once', async () => {
    const { begun, ask } = manualCall({ afterFailure: 'ask again' });
    const first = ask();
    const others = Array.from({ length: 500 }, () => ask());
    expect(begun).toHaveLength(1);
    begun[0]?.resolve(1);
    expect(await first).toBe(1);
    await settled();
    expect(begun).toHaveLength(2);
    begun[1]?.resolve(2);
    expect(new Set(await Promise.all(others))).toEqual(new Set([2]));
    expect(begun).toHaveLength(2);
  });

  it('are asked again after a failure where that is wanted: only those hear of it who asked for it', async () => {
    const { begun, ask } = manualCall({ afterFailure: 'ask again' });
    const first = ask();
    const second = ask();
    begun[0]?.reject(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await settled();
    expect(begun).toHaveLength(2);
    begun[1]?.resolve(2);
    expect(await second).toBe(2);
  });

  it('begin anew once nothing is under way', async () => {
    const { begun, ask } = manualCall();
    for (const value of [1, 2, 3]) {
      const asked = ask();
      begun.at(-1)?.resolve(value);
      expect(await asked).toBe(value);
    }
    expect(begun).toHaveLength(3);
  });

  it('fail together, and are well again', async () => {
    const { begun, ask } = manualCall();
    const asked = [ask(), ask(), ask()];
    begun[0]?.reject(new Error('away'));
    const results = await Promise.allSettled(asked);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(begun).toHaveLength(1);
    const again = ask();
    begun[1]?.resolve(5);
    expect(await again).toBe(5);
  });
});
