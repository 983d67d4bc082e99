/** Suite that every adapter of the shared state passes. An adapter's test only says how to make one. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONNECTION_COUNTS_TTL_MS, type SharedState } from './shared-state.js';

export interface SharedStateUnderTest {
  /** Two views of one store, as two replicas have them; the very same where there is but one process. */
  state: SharedState;
  other: SharedState;
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
      await made.pass(CONNECTION_COUNTS_TTL_MS / 2);
      await publish('alive', 1, { blue: 1 });
      expect((await counts()).total).toBe(4);
      await made.pass(CONNECTION_COUNTS_TTL_MS / 2 + 1);
      expect(await counts()).toEqual({ total: 1, byProject: { blue: 1 } });
    });

    it('answers a check, and says what it is', async () => {
      await expect(made.state.check()).resolves.toBeUndefined();
      expect(made.state.kind).toMatch(/^[a-z]+$/);
    });
  });
}

const byCount = (a: [string, number], b: [string, number]) => a[1] - b[1];
