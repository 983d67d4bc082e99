import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEvent } from '@att/platform/event-log';
import { createTestDatabase, type TestDatabase } from '@att/platform/testing';
import type { PoolClient } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWriters } from '../batch/generation-writer.js';
import { KeysNeededError } from '../batch/look-ups.js';
import type { Projection } from '../fold/projection.js';
import { ensureGenerations } from '../generations/ensure-generations.js';
import { writableGeneration } from '../generations/writable-generation.js';
import { tasks } from '../projections/tasks/index.js';
import { store, storedSlice } from '../testing/deliver.js';
import { pipelineContext } from '../testing/pipeline-context.js';
import { BatchPipeline } from './batch-pipeline.js';

const event = (position: number, task = 'task'): LogEvent => ({
  position,
  event_id: '01900000-0000-7000-8000-000000000000',
  type: 'task.started',
  project: 'project',
  task_id: task,
  agent: 'agent',
  occurred_at: null,
  recorded_at: '2026-01-31T12:00:00.000Z',
  actor: 'test',
  data_text: '{"task":"Title"}',
});
const batch = (position: number, task?: string) => storedSlice([event(position, task)]);

let database: TestDatabase;
let holding: PoolClient;
beforeEach(async () => {
  database = await createTestDatabase();
  await store(
    database.pool(),
    [1, 2, 3, 4, 5, 6].map((position) => event(position)),
  );
  holding = await database.pool().connect();
});
afterEach(async () => {
  holding.release();
  await database.drop();
});

/** PostgreSQL refuses what it writes of the task `poisonous`. */
const touchy: Projection = {
  ...tasks,
  writer(generation, position) {
    const writer = tasks.writer(generation, position);
    return {
      async fold(loader, batch) {
        const fold = await writer.fold(loader, batch);
        const isPoisoned = batch.events.some((event) => event.task_id === 'poisonous');
        const refused = () => ({ text: `SELECT 'poison'::int` });
        return isPoisoned ? { ...fold, writes: [...fold.writes, refused] } : fold;
      },
    };
  },
};

async function openPipeline(
  projection: Projection = tasks,
  { signal } = new AbortController(),
  hasKeys = true,
): Promise<BatchPipeline> {
  const pool = database.pool('att_projector');
  const { generations } = await ensureGenerations(pool, [projection]);
  const writable = generations.map((generation) => writableGeneration(projection, generation));
  return new BatchPipeline(pipelineContext(pool, { signal }), await openWriters(pool, writable, hasKeys));
}

const applied = async () => {
  const { rows } = await database.pool().query('SELECT position FROM projection.generations');
  return rows[0].position;
};
const attempts = async () => {
  const { rows } = await database
    .pool()
    .query('SELECT attempt FROM projection.task_spans_g1 ORDER BY valid_from');
  return rows.map(({ attempt }) => attempt);
};

const deadLetters = async () => {
  const { rows } = await database.pool().query('SELECT task_id FROM projection.dead_letters');
  return rows.map(({ task_id }) => task_id);
};

describe('batches on their way', () => {
  it('are folded two ahead of what is written and no more, as caches keep what two have set', async () => {
    const pipeline = await openPipeline();
    await holding.query('BEGIN; LOCK TABLE projection.generations IN SHARE MODE');
    await pipeline.take(batch(1));
    await pipeline.take(batch(2));
    const third = pipeline.take(batch(3)).then(() => 'taken');
    expect(await Promise.race([third, sleep(300, 'waiting')])).toBe('waiting');
    expect(await applied()).toBe(0);
    await holding.query('COMMIT');
    expect(await third).toBe('taken');
    await pipeline.flush();
    expect(await applied()).toBe(3);
    expect(await attempts()).toEqual([1, 2, 3]);
  });

  it('are not written when the one before them is not', async () => {
    const pipeline = await openPipeline();
    await holding.query('BEGIN; LOCK TABLE projection.generations IN SHARE MODE');
    await pipeline.take(batch(1));
    await pipeline.take(batch(2));
    await holding.query('UPDATE projection.generations SET position = 9; COMMIT');
    await expect(pipeline.flush()).rejects.toThrow('checkpoint');
    await expect(pipeline.end()).rejects.toThrow('checkpoint');
    expect(await applied()).toBe(9);
    expect(await attempts()).toEqual([]);
  });

  it('are not begun to be written when they shall end', async () => {
    const stopping = new AbortController();
    const pipeline = await openPipeline(tasks, stopping);
    await holding.query('BEGIN; LOCK TABLE projection.generations IN SHARE MODE');
    await pipeline.take(batch(1));
    await pipeline.take(batch(2));
    stopping.abort();
    await holding.query('COMMIT');
    await pipeline.end();
    expect(await applied()).toBe(1);
  });

  it('isolate poison in one that waits, with two behind it', async () => {
    const pipeline = await openPipeline(touchy);
    await holding.query('BEGIN; LOCK TABLE projection.generations IN SHARE MODE');
    await pipeline.take(batch(1));
    await pipeline.take(batch(2, 'poisonous'));
    const third = pipeline.take(batch(3));
    await holding.query('COMMIT');
    await third;
    await pipeline.take(batch(4));
    await pipeline.flush();
    expect(await applied()).toBe(4);
    expect(await attempts()).toEqual([1, 2, 3]);
    expect(await deadLetters()).toEqual(['poisonous']);
  });

  it('wait for keys before they isolate poison, all at the checkpoint that they share', async () => {
    const pipeline = await openPipeline(touchy, new AbortController(), false);
    await pipeline.take(batch(1));
    await pipeline.take(batch(2, 'poisonous'));
    await expect(pipeline.flush()).rejects.toThrow(KeysNeededError);
    await pipeline.end();
    expect(await applied()).toBe(1);
    expect(await deadLetters()).toEqual([]);
  });

  it('end without reporting poison, which the next pipeline finds again', async () => {
    const pipeline = await openPipeline(touchy);
    await pipeline.take(batch(1));
    await pipeline.take(batch(2, 'poisonous'));
    await pipeline.end();
    expect(await applied()).toBe(1);
    expect(await deadLetters()).toEqual([]);
  });
});
