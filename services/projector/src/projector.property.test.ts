import { evolve, foldText, isActive, type Project, type Task, type TaskEvent } from '@att/contracts';
import type { LogEvent } from '@att/platform/event-log';
import { generationTable, type ProjectionName } from '@att/platform/projections';
import { createTestDatabase, printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { ensureGenerations } from './generations/ensure-generations.js';
import type { Projection } from './projection.js';
import { PROJECTIONS } from './projections/index.js';
import { searchText, TEXT_FIELDS } from './projections/tasks/task-texts.js';
import { applyBatch } from './run/apply-batch.js';
import { type Built, begin } from './run/built.js';
import { microsOf } from './task-outcomes/durations.js';

const payload = fc.record(
  {
    task: fc.constantFrom('Title', 'Другой заголовок'),
    status: fc.constantFrom('running', 'waiting', 'completed', 'failed', 'cancelled', 'canceled'),
    progress: fc.double({ min: 0, max: 100, noNaN: true }),
    message: fc.constantFrom('one', 'two'),
    result: fc.oneof(fc.string({ unit: 'grapheme' }), fc.jsonValue()),
    duration_seconds: fc.constantFrom(0, 0.1, 0.2, 1800, 1e12, 0.000_000_1),
    error_type: fc.constant('RuntimeError'),
    error_message: fc.constant('broken'),
    metadata: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.integer(), { maxKeys: 2 }),
  },
  { requiredKeys: ['task', 'status'] },
);

const event = fc.record({
  type: fc.constantFrom('task.started', 'task.progressed', 'task.finished', 'task.failed', 'key.created'),
  project: fc.constantFrom('p1', 'p2', 'проект'),
  task_id: fc.constantFrom('a', 'b', 'c', 'd'),
  agent: fc.constantFrom('x', 'y'),
  occurredAfter: fc.option(fc.integer({ min: -5_000, max: 5_000 })),
  payload: fc.option(payload, { freq: 20 }),
});

/** How the log reaches the projector: batch sizes, and after which of them the process dies before or after its commit. */
const delivery = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 12 }),
    crash: fc.constantFrom('no', 'no', 'no', 'before', 'after'),
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
            const expected = fold(log);
            expect(await readProjects(pool)).toEqual(expected.projects);
            expect(await readStats(pool)).toEqual(expected.stats);
            const tables = await taskTablesOf(pool);
            for (let position = 0; position <= log.length; position++) {
              const { tasks } = fold(log.slice(0, position));
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

/** Into the log itself, without what only proofs need: the index of the log reads the start of a chunk again. */
async function store(pool: Pool, log: readonly LogEvent[]): Promise<void> {
  await pool.query(
    `INSERT INTO log.events (position, event_id, type, project, task_id, agent, recorded_at, actor, data_hash, hash)
     SELECT position, event_id, type, project, task_id, agent, recorded_at, actor, zeros, zeros
     FROM json_populate_recordset(NULL::log.events, $1), decode(repeat('00', 32), 'hex') AS zeros`,
    [JSON.stringify(log)],
  );
}

/** Every crash loses the writers' memory; the next one starts from the checkpoints in the database. */
async function deliver(
  pool: Pool,
  log: readonly LogEvent[],
  deliveries: readonly { size: number; crash: string }[],
  projections: readonly Projection[],
): Promise<void> {
  let group = await restart(pool, projections);
  for (let step = 0; positionOf(group) < log.length; step++) {
    const { size, crash } = deliveries[step % deliveries.length] as (typeof deliveries)[number];
    const from = positionOf(group);
    const events = log.slice(from, from + size);
    const batch = { events, position: from + events.length, isFull: false };
    // The same crash again and again would never let the projector past it.
    const dies = step < deliveries.length ? crash : 'no';
    if (dies === 'before') {
      await expect(applyBatch(pool, dying(group), from, batch)).rejects.toThrow('crash');
    } else {
      await applyBatch(pool, group, from, batch);
      // What was applied already is fenced off, and changes nothing.
      await expect(applyBatch(pool, await fresh(pool, projections), from, batch)).rejects.toThrow(
        'another projector',
      );
    }
    if (dies !== 'no') group = await restart(pool, projections);
  }
}

/** A group that dies when all its work is done. */
function dying(group: readonly Built[]): Built[] {
  const { writer, ...built } = group.at(-1) as Built;
  const last: Built = {
    ...built,
    writer: {
      async fold(loader, batch) {
        const dies = () => () => Promise.reject(new Error('crash'));
        return [...(await writer.fold(loader, batch)), dies];
      },
    },
  };
  return [...group.slice(0, -1), last];
}

const positionOf = (group: readonly Built[]) => group[0]?.generation.position ?? 0;

async function restart(pool: Pool, projections: readonly Projection[]): Promise<Built[]> {
  const group = await fresh(pool, projections);
  expect(new Set(group.map(({ generation }) => generation.position)).size).toBe(1);
  return group;
}

async function fresh(pool: Pool, projections: readonly Projection[]): Promise<Built[]> {
  const { generations } = await ensureGenerations(pool, PROJECTIONS);
  const targets = generations.flatMap((generation) =>
    projections
      .filter(({ name }) => name === generation.projection)
      .map((projection) => ({ projection, generation })),
  );
  return begin(pool, targets);
}

/** The specification: one task at a time, one event at a time. */
function fold(log: readonly LogEvent[]) {
  const byKey = new Map<string, Task>();
  const projects = new Map<string, Project>();
  for (const record of log) {
    if (record.type === 'key.created') continue;
    const taskEvent = {
      ...record,
      data: record.data_text === null ? null : JSON.parse(record.data_text),
    } as TaskEvent;
    const key = `${record.project}/${record.task_id}`;
    const before = byKey.get(key);
    const name = taskEvent.project;
    const project = projects.get(name) ?? {
      id: record.position,
      name,
      created_at: record.recorded_at,
      updated_at: record.recorded_at,
      total_tasks: 0,
      active_tasks: 0,
      completed_tasks: 0,
      failed_tasks: 0,
    };
    projects.set(name, project);
    const after = { ...evolve(before, taskEvent), project_id: project.id };
    if (before !== undefined && after.position === before.position) continue;
    byKey.set(key, after);
    project.updated_at = record.recorded_at;
  }
  const tasks = [...byKey.values()].sort((a, b) => a.id - b.id);
  for (const [name, project] of projects) {
    Object.assign(project, count(tasks.filter((task) => task.project === name)));
  }
  return { tasks, projects: [...projects.values()].sort((a, b) => a.id - b.id), stats: statsOf(tasks) };
}

function count(tasks: readonly Task[]) {
  return {
    total_tasks: tasks.length,
    active_tasks: tasks.filter(isActive).length,
    completed_tasks: tasks.filter((task) => !isActive(task) && task.status === 'completed').length,
    failed_tasks: tasks.filter((task) => !isActive(task) && task.status === 'failed').length,
  };
}

function statsOf(tasks: readonly Task[]) {
  const timed = tasks.filter((task) => task.status === 'completed' && task.duration_seconds !== null);
  const micros = timed.reduce((sum, task) => sum + microsOf(task.duration_seconds as number), 0n);
  return { ...count(tasks), durations: timed.length, micros: String(micros) };
}

async function tableOf(pool: Pool, projection: ProjectionName): Promise<string> {
  const { rows } = await pool.query(
    "SELECT id FROM projection.generations WHERE projection = $1 AND state = 'active'",
    [projection],
  );
  return generationTable(projection, rows[0].id);
}

type TaskTable = 'tasks' | 'task_versions' | 'task_spans' | 'task_texts' | 'task_counts';
type TaskTables = Record<TaskTable, string>;

async function taskTablesOf(pool: Pool): Promise<TaskTables> {
  const tasks = await tableOf(pool, 'tasks');
  const named = (name: TaskTable) => [name, tasks.replace('.tasks_', `.${name}_`)];
  return Object.fromEntries(
    (['tasks', 'task_versions', 'task_spans', 'task_texts', 'task_counts'] as const).map(named),
  );
}

async function tasksAt(pool: Pool, tables: TaskTables, position: number): Promise<Task[]> {
  const { rows } = await pool.query(
    `SELECT t.id, t.project, t.project_id, t.task_id, t.created_at, v.*, m.metadata,
            coalesce(v.late_event, v.valid_from) AS position
     FROM ${tables.tasks} t
     CROSS JOIN LATERAL (
       SELECT * FROM ${tables.task_versions} WHERE id = t.id AND valid_from <= $1 ORDER BY valid_from DESC LIMIT 1
     ) v
     JOIN ${tables.task_versions} m ON m.id = v.id AND m.valid_from = v.metadata_from
     ORDER BY t.id`,
    [position],
  );
  return rows.map(({ valid_from, late_event, metadata_from, ...row }) => ({
    ...row,
    result: row.result === null ? null : JSON.parse(row.result),
    metadata: JSON.parse(row.metadata),
  }));
}

async function spansAt(pool: Pool, { task_spans }: TaskTables, position: number) {
  const { rows } = await pool.query(
    `SELECT id, project, agent, status, title_key, duration_seconds FROM ${task_spans}
     WHERE valid_from <= $1 AND $1 < valid_to ORDER BY id`,
    [position],
  );
  return rows;
}

const spanOf = ({ id, project, agent, status, title, duration_seconds }: Task) => ({
  id,
  project,
  agent,
  status,
  title_key: foldText(title),
  duration_seconds,
});

async function textsAt(pool: Pool, { task_texts }: TaskTables, position: number) {
  const { rows } = await pool.query<{ texts: Record<string, string> }>(
    `SELECT json_object_agg(field, text) AS texts FROM (
       SELECT DISTINCT ON (id, field) id, field, text FROM ${task_texts}
       WHERE valid_from <= $1 ORDER BY id, field, valid_from DESC
     ) latest GROUP BY id ORDER BY id`,
    [position],
  );
  return rows.map(({ texts }) => JSON.parse(texts as never));
}

const textsOf = (task: Task) =>
  Object.fromEntries(
    TEXT_FIELDS.flatMap((field) => (task[field] === null ? [] : [[field, searchText(task[field])]])),
  );

async function countsAt(pool: Pool, { task_counts }: TaskTables, position: number) {
  const { rows } = await pool.query(
    `SELECT DISTINCT ON (kind, value) kind, value, total FROM ${task_counts}
     WHERE valid_from <= $1 ORDER BY kind, value, valid_from DESC`,
    [position],
  );
  return Object.fromEntries(
    rows.filter(({ total }) => total > 0).map(({ kind, value, total }) => [`${kind} ${value}`, total]),
  );
}

function countsOf(tasks: readonly Task[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { project, status, agent } of tasks) {
    for (const key of ['all ', `project ${project}`, `status ${status}`, `agent ${agent}`]) {
      counts[key] = (counts[key] ?? 0) + 1;
    }
  }
  return counts;
}

async function readProjects(pool: Pool): Promise<Project[]> {
  const { rows } = await pool.query(
    `SELECT id, name, created_at, updated_at, total AS total_tasks, active AS active_tasks,
            completed AS completed_tasks, failed AS failed_tasks
     FROM ${await tableOf(pool, 'projects')} ORDER BY id`,
  );
  return rows;
}

async function readStats(pool: Pool) {
  const { rows } = await pool.query(
    `SELECT total AS total_tasks, active AS active_tasks, completed AS completed_tasks, failed AS failed_tasks,
            durations, duration_micros::text AS micros
     FROM ${(await tableOf(pool, 'stats')).replace('stats_', 'stats_versions_')}
     WHERE project = '' AND agent = '' ORDER BY valid_from DESC LIMIT 1`,
  );
  return rows[0] ?? statsOf([]);
}
