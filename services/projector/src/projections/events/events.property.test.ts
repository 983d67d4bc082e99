/** The index of the log by field, over several groups. */
import type { LogEvent } from '@att/platform/event-log';
import { createTestDatabase, printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { ensureGenerations } from '../../generations/ensure-generations.js';
import { CHUNK, GROUP, indexOf, readIndex } from '../../testing/contract/read-index.js';
import { type Delivery, deliver, store } from '../../testing/deliver.js';
import { events } from './index.js';

const sizes = fc.oneof(
  fc.constantFrom(1, CHUNK, GROUP - 1, GROUP, GROUP + 1),
  fc.integer({ min: 1, max: 10_000 }),
);
const delivery = fc
  .array(
    fc.record({ size: sizes, crash: fc.constantFrom<Delivery['crash']>('no', 'no', 'before', 'after') }),
    {
      maxLength: 6,
    },
  )
  // Small ones alone would take for ever.
  .map((drawn): Delivery[] => [...drawn, { size: 3_000, crash: 'no' }]);

/** Reports of any agent between commands, which are of no task; and how often an agent comes back to a task. */
const reports = fc.record({
  length: fc.oneof(fc.constantFrom(GROUP - 1, GROUP, 2 * GROUP + 1), fc.integer({ min: 1, max: 14_000 })),
  tasks: fc.integer({ min: 1, max: 4_000 }),
  stride: fc.integer({ min: 1, max: 5_000 }),
  commands: fc.integer({ min: 2, max: 600 }),
  blocked: fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 4 }),
});

type Reports = typeof reports extends fc.Arbitrary<infer Value> ? Value : never;

function logOf({ length, tasks, stride, commands }: Reports): LogEvent[] {
  return Array.from({ length }, (_, index) => {
    const isCommand = index % commands === 0;
    const task = (index * stride + Math.floor(index / 700)) % tasks;
    const type = ['task.started', 'task.progressed', 'task.failed'][index % 3] as string;
    return {
      position: index + 1,
      event_id: '01900000-0000-7000-8000-000000000000',
      type: isCommand ? 'key.created' : type,
      project: isCommand ? null : projectOf(task),
      task_id: isCommand ? null : `task-${task}`,
      // A value may be that of several fields.
      agent: isCommand ? null : `task-${Math.floor(index / 1_500)}`,
      // Some say when: days in any order.
      occurred_at: index % 3 === 0 ? new Date(Date.UTC(2025, 0, 1 + (index % 7))).toISOString() : null,
      recorded_at: new Date(Date.UTC(2026, 0, 1) + index).toISOString(),
      actor: 'test',
      data_text: isCommand ? '{}' : '{"task":"Title"}',
    };
  });
}

const projectOf = (task: number) => `project-${task % 7}`;

async function generationOf(pool: Pool): Promise<number> {
  const { generations } = await ensureGenerations(pool, [events]);
  return generations[0]?.id as number;
}

/** Blocks tasks from their first event on. */
async function blockTasks(pool: Pool, tasks: readonly number[]): Promise<void> {
  await pool.query(
    `INSERT INTO projection.dead_letters (generation, project, task_id, position, error_name, error_message)
     SELECT $1, project, task_id, 1, 'Error', '' FROM unnest($2::text[], $3::text[]) t (project, task_id)`,
    [await generationOf(pool), tasks.map(projectOf), tasks.map((task) => `task-${task}`)],
  );
}

describe('any log of several groups, in batches of any size, with crashes and blocked tasks', () => {
  it('is indexed by the same rows: for each whole group the chunks in which each value occurs', async () => {
    await fc.assert(
      fc.asyncProperty(reports, delivery, async (drawn, deliveries) => {
        const log = logOf(drawn);
        const database = await createTestDatabase();
        try {
          await store(database.pool(), log);
          const pool = database.pool('att_projector');
          await blockTasks(pool, drawn.blocked);
          await deliver(pool, log, deliveries, [events]);
          expect(await readIndex(pool, await generationOf(pool), log.length)).toEqual(indexOf(log));
        } finally {
          await database.drop();
        }
      }),
      { seed: printedSeed('index of the log'), numRuns: 8 },
    );
  });
});
