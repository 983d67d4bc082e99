/** Rows that cover whole ranges of the log must not depend on where batches end, nor on crashes in them. */
import type { LogEvent } from '@att/platform/event-log';
import { GROUPS, MESSAGE_STRETCHES } from '@att/platform/projections';
import { createTestDatabase, printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { PROJECTIONS } from './projections/index.js';
import { type Delivery, deliver, store } from './testing/deliver.js';
import { plainFold } from './testing/plain-fold.js';
import { countsAt, countsOf, tasksAt, taskTablesOf, textsAt, textsOf } from './testing/read-models.js';
import { readTables, type Tables } from './testing/tables-of-fold.js';

/** Enough for a group of the log's index to be whole. */
const EVENTS = GROUPS.size + 1_000;

const delivery = fc.array(
  fc.record({
    size: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 2_500 }) },
      { weight: 1, arbitrary: fc.constant(MESSAGE_STRETCHES.size) },
      { weight: 1, arbitrary: fc.integer({ min: 2_500, max: 10_000 }) },
    ),
    crash: fc.constantFrom(...(['no', 'no', 'no', 'before', 'after'] as const)),
  }),
  { minLength: 1, maxLength: 8 },
);

describe('a log of many stretches', () => {
  it('gives the same rows however it is split into batches, and what a plain fold gives', async () => {
    const seed = printedSeed('long log');
    const log = drawLog(seed);
    const whole = await project(log, [{ size: EVENTS, crash: 'no' }], (pool) => expectTasks(pool, log));
    expect(whole.events?.event_index?.length).toBeGreaterThan(0);
    await fc.assert(
      fc.asyncProperty(delivery, async (deliveries) => {
        expect(await project(log, deliveries)).toEqual(whole);
      }),
      { seed, numRuns: 4 },
    );
  }, 120_000);
});

async function project(
  log: readonly LogEvent[],
  deliveries: readonly Delivery[],
  also: (pool: Pool) => Promise<void> = async () => {},
): Promise<Record<string, Tables>> {
  const database = await createTestDatabase();
  try {
    await store(database.pool(), log);
    const pool = database.pool('att_projector');
    await deliver(pool, log, deliveries, PROJECTIONS);
    await also(pool);
    const { rows } = await pool.query<{ id: number; projection: string }>(
      'SELECT id, projection FROM projection.generations',
    );
    const tables = rows.map(async ({ id, projection }) => [projection, await readTables(pool, id)]);
    return Object.fromEntries(await Promise.all(tables));
  } finally {
    await database.drop();
  }
}

/** Around the ends of stretches, and at the end of the log. */
async function expectTasks(pool: Pool, log: readonly LogEvent[]): Promise<void> {
  const tables = await taskTablesOf(pool);
  const ends = [1, 4].map((number) => number * MESSAGE_STRETCHES.size);
  for (const position of [...ends.flatMap((end) => [end - 1, end, end + 1]), EVENTS]) {
    const { tasks } = plainFold(log.slice(0, position));
    expect(await tasksAt(pool, tables, position)).toEqual(tasks);
    expect(await textsAt(pool, tables, position)).toEqual(tasks.map(textsOf));
    expect(await countsAt(pool, tables, position)).toEqual(countsOf(tasks));
  }
}

/** Some tasks that report for long, and many that end soon; few things are said, and said often. */
function drawLog(seed: number): LogEvent[] {
  const drawn = fc.sample(
    fc.record({
      task: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 3_000 })),
      type: fc.constantFrom(
        'task.started',
        'task.progressed',
        'task.progressed',
        'task.finished',
        'task.failed',
      ),
      message: fc.oneof(fc.constantFrom('Reading', 'Writing', 'Tests pass'), fc.string({ unit: 'grapheme' })),
      hasMessage: fc.boolean(),
      pause: fc.integer({ min: 0, max: 5_000 }),
    }),
    { seed, numRuns: EVENTS },
  );
  let time = Date.UTC(2026, 0, 1);
  return drawn.map(({ task, type, message, hasMessage, pause }, index) => {
    time += pause;
    return {
      position: index + 1,
      event_id: '01900000-0000-7000-8000-000000000000',
      type,
      project: `project-${task % 7}`,
      task_id: `task-${task}`,
      agent: `agent-${index % 5}`,
      actor: 'test',
      occurred_at: null,
      recorded_at: new Date(time).toISOString(),
      data_text: JSON.stringify({
        task: `Task ${task}`,
        status: 'running',
        ...(hasMessage ? { message: message.replaceAll('\0', '') } : {}),
      }),
    } as LogEvent;
  });
}
