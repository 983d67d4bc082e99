import { setTimeout as sleep } from 'node:timers/promises';
import type { EventBatch } from '@att/platform/event-feed';
import { Registry } from '@att/platform/metrics';
import { createTestDatabase, silentLog, type TestDatabase } from '@att/platform/testing';
import type { PoolClient } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureGenerations } from '../generations/ensure-generations.js';
import { tasks } from '../projections/tasks/index.js';
import { createProjectorMetrics } from '../projector-metrics.js';
import { BatchLine } from './batch-line.js';
import { begin } from './built.js';

const batch = (position: number): EventBatch => ({
  events: [
    {
      position,
      event_id: '01900000-0000-7000-8000-000000000000',
      type: 'task.started',
      project: 'project',
      task_id: 'task',
      agent: 'agent',
      occurred_at: null,
      recorded_at: '2026-01-31T12:00:00.000Z',
      actor: 'test',
      data_text: '{"task":"Title"}',
    },
  ],
  position,
  isFull: true,
});

let database: TestDatabase;
let holding: PoolClient;
beforeEach(async () => {
  database = await createTestDatabase();
  holding = await database.pool().connect();
});
afterEach(async () => {
  holding.release();
  await database.drop();
});

async function line(): Promise<BatchLine> {
  const pool = database.pool('att_projector');
  const { generations } = await ensureGenerations(pool, [tasks]);
  const targets = generations.map((generation) => ({ projection: tasks, generation }));
  return new BatchLine({
    pool,
    log: silentLog,
    metrics: createProjectorMetrics(new Registry()),
    group: await begin(pool, targets),
    signal: new AbortController().signal,
  });
}

const applied = async () => {
  const { rows } = await database.pool().query('SELECT position FROM projection.generations');
  return rows[0].position;
};
const attempts = async () => {
  const { rows } = await database
    .pool()
    .query('SELECT attempt, valid_to FROM projection.task_spans_g1 ORDER BY valid_from');
  return rows.map(({ attempt }) => attempt);
};

describe('batches on their way', () => {
  it('are folded two ahead of what is written and no more, as caches keep what two have set', async () => {
    const taking = await line();
    await holding.query('BEGIN; LOCK TABLE projection.generations IN SHARE MODE');
    await taking.take(batch(1));
    await taking.take(batch(2));
    const third = taking.take(batch(3)).then(() => 'taken');
    expect(await Promise.race([third, sleep(300, 'waiting')])).toBe('waiting');
    expect(await applied()).toBe(0);
    await holding.query('COMMIT');
    expect(await third).toBe('taken');
    await taking.flush();
    expect(await applied()).toBe(3);
    expect(await attempts()).toEqual([1, 2, 3]);
  });

  it('are not written when the one before them is not', async () => {
    const taking = await line();
    await holding.query('BEGIN; LOCK TABLE projection.generations IN SHARE MODE');
    await taking.take(batch(1));
    await taking.take(batch(2));
    await holding.query('UPDATE projection.generations SET position = 9; COMMIT');
    await expect(taking.flush()).rejects.toThrow('checkpoint');
    await expect(taking.end()).rejects.toThrow('checkpoint');
    expect(await applied()).toBe(9);
    expect(await attempts()).toEqual([]);
  });
});
