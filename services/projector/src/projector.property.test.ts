import type { LogEvent } from '@att/platform/event-log';
import { createTestDatabase, printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROJECTIONS } from './projections/index.js';
import { deliver, store } from './testing/deliver.js';
import { plainFold } from './testing/plain-fold.js';
import {
  countsAt,
  countsOf,
  readProjects,
  readStats,
  spanOf,
  spansAt,
  tasksAt,
  taskTablesOf,
  textsAt,
  textsOf,
} from './testing/read-models.js';

const payload = fc.record(
  {
    task: fc.constantFrom('Title', 'Другой заголовок'),
    task_hint: fc.constantFrom('A hint', 'Ein Hinweis'),
    status: fc.constantFrom('running', 'waiting', 'completed', 'Failed', 'cancelled', 'ABORTED', 'done'),
    progress: fc.double({ min: 0, max: 100, noNaN: true }),
    message: fc.constantFrom('one', 'two'),
    result: fc.oneof(fc.string({ unit: 'grapheme' }), fc.jsonValue()),
    duration_seconds: fc.constantFrom(0, 0.1, 0.2, 1800, 1e12, 0.000_000_1),
    error_type: fc.constant('RuntimeError'),
    error_message: fc.constant('broken'),
    metadata: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.integer(), { maxKeys: 2 }),
  },
  { requiredKeys: [] },
);

const event = fc.record({
  type: fc.constantFrom('task.started', 'task.progressed', 'task.finished', 'task.failed', 'key.created'),
  project: fc.constantFrom('p1', 'p2', 'проект'),
  task_id: fc.constantFrom('a', 'b', 'c', 'd'),
  agent: fc.constantFrom('x', 'y', null),
  occurredAfter: fc.option(fc.integer({ min: -30_000, max: 5_000 })),
  payload: fc.option(payload, { freq: 20 }),
});

/** How the log reaches the projector: batch sizes, and after which of them the process dies before or after its commit. */
const delivery = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 12 }),
    crash: fc.constantFrom('no' as const, 'no' as const, 'no' as const, 'before' as const, 'after' as const),
  }),
  { minLength: 1, maxLength: 10 },
);

describe('any split of any log into batches, with crashes and redelivery', () => {
  it('gives the read models that a plain fold of evolve gives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 60 }),
        delivery,
        fc.boolean(),
        async (drawn, deliveries, together) => {
          const log = drawn.map(asLogEvent);
          const database = await createTestDatabase();
          try {
            await store(database.pool(), log);
            const pool = database.pool('att_projector');
            // Projections at one checkpoint share their work; alone, each must come to the same.
            const groups = together ? [PROJECTIONS] : PROJECTIONS.map((projection) => [projection]);
            for (const group of groups) await deliver(pool, log, deliveries, group);
            const expected = plainFold(log);
            expect(await readProjects(pool)).toEqual(expected.projects);
            expect(await readStats(pool)).toEqual(expected.stats);
            const tables = await taskTablesOf(pool);
            for (let position = 0; position <= log.length; position++) {
              const { tasks } = plainFold(log.slice(0, position));
              expect(await tasksAt(pool, tables, position)).toEqual(tasks);
              expect(await spansAt(pool, tables, position)).toEqual(tasks.map(spanOf));
              expect(await textsAt(pool, tables, position)).toEqual(tasks.map(textsOf));
              expect(await countsAt(pool, tables, position)).toEqual(countsOf(tasks));
            }
          } finally {
            await database.drop();
          }
        },
      ),
      { seed: printedSeed('read models'), numRuns: 40 },
    );
  }, 120_000);
});

type Drawn = typeof event extends fc.Arbitrary<infer Value> ? Value : never;

function asLogEvent(drawn: Drawn, index: number): LogEvent {
  const recordedAt = Date.UTC(2026, 0, 1) + index * 700;
  const { occurredAfter, payload, ...envelope } = drawn;
  return {
    ...envelope,
    position: index + 1,
    event_id: '01900000-0000-7000-8000-000000000000',
    actor: 'test',
    occurred_at: occurredAfter === null ? null : new Date(recordedAt + occurredAfter).toISOString(),
    recorded_at: new Date(recordedAt).toISOString(),
    // A null stands for a payload that was erased.
    data_text: payload === null ? null : JSON.stringify(payload),
  };
}
