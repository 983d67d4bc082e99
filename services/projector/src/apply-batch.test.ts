import type { LogEvent } from '@att/platform/event-log';
import { createTestDatabase, type TestDatabase } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyBatch, type Built } from './apply-batch.js';
import { ensureGenerations } from './generations/ensure-generations.js';
import { FencedError } from './generations/move-checkpoint.js';
import { PROJECTIONS } from './projections/index.js';

const event = (position: number): LogEvent => ({
  position,
  event_id: '01900000-0000-7000-8000-000000000000',
  type: 'task.started',
  project: 'project',
  task_id: `task-${position}`,
  agent: 'agent',
  occurred_at: null,
  recorded_at: '2026-01-31T12:00:00.000Z',
  actor: 'test',
  data_text: '{"task":"Title"}',
});
const batch = { events: [event(1), event(2)], position: 2, isFull: false };

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const pool = () => database.pool('att_projector');

/** A projector that has just started: its memory is empty. */
async function projector(): Promise<Built[]> {
  const generations = await ensureGenerations(pool(), PROJECTIONS);
  return generations.flatMap((generation) =>
    PROJECTIONS.filter(({ name }) => name === generation.projection).map((projection) => {
      const writer = projection.writer(generation.id);
      return { generation, writer: { apply: vi.fn(writer.apply) } };
    }),
  );
}

const calls = (group: readonly Built[]) =>
  group.map(({ writer }) => vi.mocked(writer.apply).mock.calls.length);

const checkpoints = async () => {
  const { rows } = await pool().query<{ position: number }>('SELECT position FROM projection.generations');
  return rows.map(({ position }) => position);
};

describe('applying a batch', () => {
  it('is fenced before it does any work when another projector was there', async () => {
    const [first, second] = [await projector(), await projector()];
    await applyBatch(pool(), first, 0, batch);
    await expect(applyBatch(pool(), second, 0, batch)).rejects.toThrow(FencedError);
    expect(calls(second)).toEqual(PROJECTIONS.map(() => 0));
  });

  it('is done by one of two projectors that try at once, whatever their order of projections', async () => {
    const [first, second] = [await projector(), (await projector()).reverse()];
    const outcomes = await Promise.allSettled([
      applyBatch(pool(), first, 0, batch),
      applyBatch(pool(), second, 0, batch),
    ]);
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(failed.map(({ reason }) => reason.code)).toEqual(['fenced']);
    expect([calls(first), calls(second)].sort()).toEqual([
      PROJECTIONS.map(() => 0),
      PROJECTIONS.map(() => 1),
    ]);
    expect(await checkpoints()).toEqual(PROJECTIONS.map(() => 2));
  });

  it('leaves the checkpoint where it was when a writer fails', async () => {
    const group = await projector();
    vi.mocked((group[2] as Built).writer.apply).mockRejectedValueOnce(new Error('full'));
    await expect(applyBatch(pool(), group, 0, batch)).rejects.toThrow('full');
    expect(await checkpoints()).toEqual(PROJECTIONS.map(() => 0));
    await applyBatch(pool(), await projector(), 0, batch);
    expect(await checkpoints()).toEqual(PROJECTIONS.map(() => 2));
  });
});
