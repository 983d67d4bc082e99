/**
 * Contract of every projection, run over one list. A new projection is proved by its entry there: what its tables say, and a
 * fold that is as plain as can be.
 */
import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import type { Projection } from '../../fold/projection.js';
import { type Delivery, deliver, store } from '../deliver.js';
import { createProjectorWorld } from '../projector-world.js';
import { reports, watching } from '../rebuilds.js';
import { readTables, type Tables } from '../tables-of-fold.js';
import { blockedLog, expectBlocked } from './blocked.js';
import { generationOf, withDatabase } from './database.js';
import { asLogEvent, drawLongLog, drawnEvent, LONG, longDeliveries, shortDeliveries } from './logs.js';
import { historyOf, type Reference } from './references.js';

export interface ProjectionContract extends Reference {
  projection: Projection;
}

export function describeProjections(contracts: readonly ProjectionContract[]): void {
  const projections = contracts.map(({ projection }) => projection);

  describe('every projection', () => {
    it('has at any position what a plain fold has, in whatever batches the log comes, and whatever crashes in them', async () => {
      const property = fc.asyncProperty(
        fc.array(drawnEvent, { minLength: 1, maxLength: 60 }),
        shortDeliveries,
        fc.boolean(),
        async (drawn, deliveries, together) => {
          const log = drawn.map(asLogEvent);
          await withDatabase(async (owner, pool) => {
            await store(owner, log);
            // Projections at one checkpoint share their work; alone, each must come to the same.
            const groups = together ? [projections] : projections.map((projection) => [projection]);
            for (const group of groups) await deliver(pool, log, deliveries, group);
            await expectHistory(pool, contracts, log, someOf(log.length));
          });
        },
      );
      await fc.assert(property, { seed: printedSeed('short logs'), numRuns: 40 });
    });

    it('has the same rows in whatever batches a long log comes', async () => {
      const seed = printedSeed('long log');
      const log = drawLongLog(seed);
      const tablesAfter = (deliveries: readonly Delivery[], positions: readonly number[] = []) =>
        withDatabase(async (owner, pool) => {
          await store(owner, log);
          await deliver(pool, log, deliveries, projections);
          await expectHistory(pool, contracts, log, positions);
          return tablesOf(pool, projections);
        });
      // Around the ends of chunks, and at the end of the log.
      const ends = [1_024, 4_096].flatMap((end) => [end - 1, end, end + 1]);
      const whole = await tablesAfter([{ size: LONG, crash: 'no' }], [...ends, LONG]);
      const property = fc.asyncProperty(longDeliveries, async (deliveries) => {
        expect(await tablesAfter(deliveries)).toEqual(whole);
      });
      await fc.assert(property, { seed, numRuns: 4 });
    });

    it('blocks the task of an event that it cannot apply, and has what a plain fold has once that is retried or skipped', async () => {
      const property = fc.asyncProperty(blockedLog, (drawn) =>
        withDatabase((owner, pool) => expectBlocked(owner, pool, contracts, drawn)),
      );
      await fc.assert(property, { seed: printedSeed('dead letters'), numRuns: 12 });
    });

    it('takes over from a rebuild with the same rows, keeps the old ones for a rollback, and follows the log', async () => {
      const world = await createProjectorWorld();
      try {
        const { untilProjected, untilStates, comparisonOf } = watching(() => world);
        const names = projections.map(({ name }) => name);
        await world.append(reports(8_500));
        world.start(projections);
        await untilProjected();
        const ids = await world.rebuild(names);
        await untilStates(ids, 'active');
        for (const id of ids) {
          const comparison = await comparisonOf(id);
          expect(comparison).toMatchObject({ equal: true, position: 8_500 });
          expect(comparison?.tables.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(0);
        }
        const retired = (await world.register()).filter(({ state }) => state === 'retired');
        expect(retired.map(({ projection }) => projection).sort()).toEqual([...names].sort());
        await world.append(reports(5));
        await untilProjected();
        const switched = "SELECT actor FROM log.events WHERE type = 'projection.switched'";
        expect((await world.sql.query(switched)).rows).toEqual(names.map(() => ({ actor: 'system' })));
      } finally {
        await world.close();
      }
    });
  });
}

async function expectHistory(
  pool: Pool,
  contracts: readonly ProjectionContract[],
  log: Parameters<typeof historyOf>[0],
  positions: readonly number[],
): Promise<void> {
  for (const position of positions) {
    const history = historyOf(log, position);
    for (const { projection, read, expected } of contracts) {
      const found = await read(pool, await generationOf(pool, projection), position);
      expect(found, `${projection.name} at ${position}`).toEqual(expected(history));
    }
  }
}

/** Some twenty positions of a log, its beginning and its end among them. */
function someOf(length: number): number[] {
  const step = Math.ceil(length / 20);
  return [...Array.from({ length: Math.ceil(length / step) }, (_, n) => n * step), length];
}

async function tablesOf(pool: Pool, projections: readonly Projection[]): Promise<Record<string, Tables>> {
  const tables: Record<string, Tables> = {};
  for (const projection of projections) {
    tables[projection.name] = await readTables(pool, await generationOf(pool, projection));
  }
  return tables;
}
