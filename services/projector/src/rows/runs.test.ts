import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Change, cut, noRun, type OpenRun, RUN_LENGTH, runOf } from './runs.js';

interface Step extends Change<Step> {
  key: string;
}

interface Late extends Change<Late> {
  total: number;
}

/** Runs of each key in the table: the positions of each. */
type Table = Record<string, number[][]>;

/** A history: its table, and what memory has of its keys. */
class History {
  readonly table: Table = {};
  readonly #open = new Map<string, OpenRun<Step>>();

  /** @param batches the next one may be cut before one is written */
  write(...batches: readonly (readonly { key: string; valid_from: number }[])[]): void {
    const cuts = batches.map((batch) =>
      cut(batch.map((change) => ({ ...change, run: this.#runOf(change.key) }))),
    );
    for (const { begun, continued } of cuts) {
      for (const { first, changes } of begun) {
        const positions = changes.map(({ valid_from }) => valid_from);
        expect(positions[0]).toBe(first);
        this.#runs(changes).push(positions);
      }
      for (const { first, changes } of continued) {
        const run = this.#runs(changes).find((positions) => positions[0] === first);
        run?.push(...changes.map(({ valid_from }) => valid_from));
        expect(run).toBeDefined();
      }
    }
  }

  /** Forgets the memory, as a crash does: the table has what goes on. */
  forget(): void {
    this.#open.clear();
  }

  #runs(changes: readonly Step[]): number[][] {
    const { key } = changes[0] as Step;
    this.table[key] ??= [];
    return this.table[key];
  }

  #runOf(key: string): OpenRun<Step> {
    const last = this.table[key]?.at(-1);
    const known =
      this.#open.get(key) ??
      (last === undefined ? noRun<Step>() : runOf<Step>(last[0] as number, last.length));
    this.#open.set(key, known);
    return known;
  }
}

const steps = fc
  .array(fc.constantFrom('a', 'b', 'c'), { maxLength: 200 })
  .map((keys) => keys.map((key, index) => ({ key, valid_from: index + 1 })));
const deliveries = fc.array(
  fc.record({
    sizes: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 3 }),
    dies: fc.boolean(),
  }),
  { minLength: 1 },
);

describe('runs', () => {
  it('are the same in whatever batches their changes come, and whenever memory is lost', () => {
    fc.assert(
      fc.property(steps, deliveries, (changes, drawn) => {
        const history = new History();
        let rest = changes;
        for (const { sizes, dies } of drawn) {
          const batches = sizes.map((size) => {
            const batch = rest.slice(0, size);
            rest = rest.slice(size);
            return batch;
          });
          history.write(...batches);
          if (dies) history.forget();
        }
        history.write(rest);
        const whole = new History();
        whole.write(changes);
        expect(history.table).toEqual(whole.table);
        for (const [key, runs] of Object.entries(whole.table)) {
          expect(runs.flat()).toEqual(
            changes.filter((change) => change.key === key).map(({ valid_from }) => valid_from),
          );
          for (const run of runs.slice(0, -1)) expect(run).toHaveLength(RUN_LENGTH);
          expect(runs.at(-1)?.length).toBeLessThanOrEqual(RUN_LENGTH);
        }
      }),
      { seed: printedSeed('runs') },
    );
  });

  it('have one change a position: of several the last', () => {
    const open = runOf<Late>(1, RUN_LENGTH - 1);
    const late = (total: number): Late => ({ valid_from: 90, total, run: open });
    const { begun, continued } = cut([late(1), late(2), late(3)]);
    expect(begun).toEqual([]);
    expect(continued.map(({ first, changes }) => [first, changes.map(({ total }) => total)])).toEqual([
      [1, [3]],
    ]);
    expect(open.length).toBe(RUN_LENGTH);
    expect(cut([{ ...late(4), valid_from: 91 }]).begun).toMatchObject([{ first: 91 }]);
  });
});
