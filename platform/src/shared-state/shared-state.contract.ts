/** Suite that every adapter of the shared state passes. An adapter's test only says how to make one. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { QuotaRequest, SharedState } from './shared-state.js';

export interface SharedStateUnderTest {
  /** Two views of one store, as two replicas have them; the very same where there is but one process. */
  state: SharedState;
  other: SharedState;
  /** Milliseconds that counts hold here. */
  countsTtl: number;
  /** Milliseconds of the quotas' windows: long enough for a test to do something within one. */
  window: number;
  /** Lets so many milliseconds pass for the store. */
  pass(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

export function describeSharedState(name: string, make: () => Promise<SharedStateUnderTest>): void {
  describe(`shared state: ${name}`, () => {
    let made: SharedStateUnderTest;

    beforeEach(async () => {
      made = await make();
    });

    afterEach(() => made.close());

    const publish = (replica: string, total: number, byProject: Record<string, number> = {}) =>
      made.state.publishConnectionCounts(replica, { total, byProject: new Map(Object.entries(byProject)) });

    const counts = async () => {
      const { total, byProject } = await made.other.connectionCounts();
      return { total, byProject: Object.fromEntries(byProject) };
    };

    it('counts no connection before one is published', async () => {
      expect(await counts()).toEqual({ total: 0, byProject: {} });
    });

    it('adds up what the replicas hold', async () => {
      await publish('a', 3, { red: 1, blue: 1 });
      await publish('b', 5, { red: 2 });
      expect(await counts()).toEqual({ total: 8, byProject: { red: 3, blue: 1 } });
    });

    it('replaces what a replica published before', async () => {
      await publish('a', 3, { red: 2, blue: 1 });
      await publish('a', 1, { blue: 1 });
      expect(await counts()).toEqual({ total: 1, byProject: { blue: 1 } });
    });

    it('leaves out projects without a socket', async () => {
      await publish('a', 1, { red: 0, blue: 1 });
      expect(await counts()).toEqual({ total: 1, byProject: { blue: 1 } });
      await publish('a', 0);
      expect(await counts()).toEqual({ total: 0, byProject: {} });
    });

    it('keeps names of any text apart', async () => {
      const names = ['__proto__', 'constructor', 'a:b', 'a b', 'ä', '*', '日本', '0'];
      await publish('a', 8, Object.fromEntries(names.map((project, index) => [project, index + 1])));
      const { byProject } = await made.other.connectionCounts();
      expect([...byProject].sort(byCount)).toEqual(names.map((project, index) => [project, index + 1]));
    });

    it('does not change what was published when the caller goes on counting', async () => {
      const byProject = new Map([['red', 1]]);
      await made.state.publishConnectionCounts('a', { total: 1, byProject });
      byProject.set('red', 2);
      expect((await counts()).byProject).toEqual({ red: 1 });
    });

    it('forgets a replica that does not publish its counts again in time, and no other', async () => {
      await publish('dead', 3, { red: 3 });
      await publish('alive', 1, { blue: 1 });
      await made.pass(made.countsTtl / 2);
      await publish('alive', 1, { blue: 1 });
      expect((await counts()).total).toBe(4);
      await made.pass(made.countsTtl / 2 + 1);
      expect(await counts()).toEqual({ total: 1, byProject: { blue: 1 } });
    });

    const take = (state: SharedState, needed: number, wanted = needed, changed: Partial<QuotaRequest> = {}) =>
      state.takeQuota({ name: 'a', limit: 10, window: made.window, needed, wanted, ...changed });

    it('hands out a quota once, whoever asks', async () => {
      expect(await take(made.state, 1, 6)).toMatchObject({ taken: 6, left: 4 });
      expect(await take(made.other, 1, 6)).toMatchObject({ taken: 4, left: 0 });
      expect(await take(made.state, 1)).toMatchObject({ taken: 0, left: 0 });
    });

    it('hands out a quota once to many who ask at the same time', async () => {
      const takers = Array.from({ length: 40 }, (_, index) =>
        take(index % 2 ? made.state : made.other, 1, 3),
      );
      const taken = (await Promise.all(takers)).map((answer) => answer.taken);
      expect(taken.reduce((sum, one) => sum + one)).toBe(10);
    });

    it('takes none of a quota where less than is needed is left', async () => {
      await take(made.state, 1, 8);
      expect(await take(made.state, 3, 5)).toMatchObject({ taken: 0, left: 2 });
      expect(await take(made.state, 2, 5)).toMatchObject({ taken: 2, left: 0 });
      expect(await take(made.state, 11, 11, { name: 'untouched' })).toMatchObject({ taken: 0, left: 10 });
    });

    it('keeps quotas of other names apart, of any text', async () => {
      await take(made.state, 10);
      for (const name of ['A', 'a b', '__proto__', 'ä', 'key:日本', '{a}', '*']) {
        expect(await take(made.state, 10, 10, { name })).toMatchObject({ taken: 10, left: 0 });
      }
    });

    it('gives a quota anew once its window is over, which began with the first that was taken', async () => {
      const first = await take(made.state, 4);
      expect(first.resetsIn).toBeGreaterThan(made.window * 0.9);
      expect(first.resetsIn).toBeLessThanOrEqual(made.window);
      await made.pass(made.window / 2);
      const second = await take(made.other, 6);
      expect(second).toMatchObject({ taken: 6, left: 0 });
      expect(second.resetsIn).toBeLessThanOrEqual(made.window / 2);
      await made.pass(made.window / 2 + 1);
      expect(await take(made.state, 10)).toMatchObject({ taken: 10, left: 0 });
    });

    it('holds a quota to a limit that was lowered meanwhile', async () => {
      await take(made.state, 8);
      expect(await take(made.state, 1, 1, { limit: 5 })).toMatchObject({ taken: 0, left: 0 });
    });

    it('answers a check, and says what it is', async () => {
      await expect(made.state.check()).resolves.toBeUndefined();
      expect(['memory', 'redis']).toContain(made.state.kind);
    });
  });
}

const byCount = (a: [string, number], b: [string, number]) => a[1] - b[1];
