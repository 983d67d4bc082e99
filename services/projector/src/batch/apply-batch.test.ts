import type { LogEvent } from '@att/platform/event-log';
import { createTestDatabase, type TestDatabase } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProjectionWriter } from '../fold/projection.js';
import { ensureGenerations } from '../generations/ensure-generations.js';
import { FencedError } from '../generations/superseded-error.js';
import { writableGeneration } from '../generations/writable-generation.js';
import { PROJECTIONS } from '../projections/index.js';
import type { Statement } from '../rows/statement.js';
import { store, storedSlice } from '../testing/deliver.js';
import { applyBatch } from './apply-batch.js';
import { type GenerationWriter, openWriters } from './generation-writer.js';

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
const events = [event(1), event(2)];
const batch = storedSlice(events);

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await store(database.pool(), events);
});
afterEach(() => database.drop());

const pool = () => database.pool('att_projector');

interface Watched extends GenerationWriter {
  /** Counts how often all that the generation's writer has to write was written, also where it was rolled back. */
  sequence: string;
}

function endingWith({ projectionWriter }: GenerationWriter, last: Statement): ProjectionWriter {
  return {
    async fold(loader, batch, transitions) {
      const fold = await projectionWriter.fold(loader, batch, transitions);
      return { ...fold, writes: [...fold.writes, () => last] };
    },
  };
}

let sequences = 0;

async function createSequence(): Promise<string> {
  const sequence = `writes_${++sequences}`;
  await database
    .pool()
    .query(`CREATE SEQUENCE ${sequence}; GRANT USAGE ON SEQUENCE ${sequence} TO att_projector`);
  return sequence;
}

/** A projector that has just started: its memory is empty. */
async function projector(): Promise<Watched[]> {
  const { generations } = await ensureGenerations(pool(), PROJECTIONS);
  const writable = generations.flatMap((generation) =>
    PROJECTIONS.filter(({ name }) => name === generation.projection).map((projection) =>
      writableGeneration(projection, generation),
    ),
  );
  const group: Watched[] = [];
  for (const writer of await openWriters(pool(), writable)) {
    const sequence = await createSequence();
    const projectionWriter = endingWith(writer, { text: `SELECT nextval('${sequence}')` });
    group.push({ ...writer, sequence, projectionWriter });
  }
  return group;
}

async function writes(group: readonly Watched[]): Promise<number[]> {
  const counts: number[] = [];
  for (const { sequence } of group) {
    const { rows } = await database.pool().query(`SELECT last_value, is_called FROM ${sequence}`);
    counts.push(rows[0].is_called ? rows[0].last_value : 0);
  }
  return counts;
}

const checkpoints = async () => {
  const { rows } = await pool().query<{ position: number }>('SELECT position FROM projection.generations');
  return rows.map(({ position }) => position);
};

describe('applying a batch', () => {
  it('is fenced before it writes anything when another projector was there', async () => {
    const [first, second] = [await projector(), await projector()];
    await applyBatch(pool(), first, batch);
    await expect(applyBatch(pool(), second, batch)).rejects.toThrow(FencedError);
    expect(await writes(second)).toEqual(PROJECTIONS.map(() => 0));
  });

  it('is done by one of two projectors that try at once, whatever their order of projections', async () => {
    const [first, second] = [await projector(), (await projector()).reverse()];
    const outcomes = await Promise.allSettled([
      applyBatch(pool(), first, batch),
      applyBatch(pool(), second, batch),
    ]);
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(failed.map(({ reason }) => reason.code)).toEqual(['fenced']);
    expect([await writes(first), await writes(second)].sort()).toEqual([
      PROJECTIONS.map(() => 0),
      PROJECTIONS.map(() => 1),
    ]);
    expect(await checkpoints()).toEqual(PROJECTIONS.map(() => 2));
  });

  it('is fenced where the checkpoint has its number again, but of another log', async () => {
    const [first, second] = [await projector(), await projector()];
    await applyBatch(pool(), first, batch);
    // A fail-over gave the same positions to other events, and another projector has applied those.
    await database.pool().query("UPDATE projection.generations SET hash = sha256('another')");
    await store(database.pool(), [event(3)]);
    await expect(applyBatch(pool(), first, storedSlice([event(3)]))).rejects.toThrow(FencedError);
    expect(await checkpoints()).toEqual(PROJECTIONS.map(() => 2));
    expect(await writes(second)).toEqual(PROJECTIONS.map(() => 0));
  });

  it('is fenced where the log does not have what the batch was read from', async () => {
    const source = { position: 2, hash: 'ff'.repeat(32) };
    const group = await projector();
    await expect(applyBatch(pool(), group, { ...batch, source })).rejects.toThrow(FencedError);
    // A part of the batch is refused, too, however far the log has come.
    const part = { ...storedSlice([event(1)]), source: { position: 3, hash: 'ff'.repeat(32) } };
    await expect(applyBatch(pool(), group, part)).rejects.toThrow(FencedError);
    expect(await checkpoints()).toEqual(PROJECTIONS.map(() => 0));
  });

  it('leaves the checkpoint where it was when a writer fails', async () => {
    const group = await projector();
    const third = group[2] as Watched;
    third.projectionWriter = endingWith(third, { text: `SELECT 'full'::int` });
    await expect(applyBatch(pool(), group, batch)).rejects.toThrow('full');
    expect(await checkpoints()).toEqual(PROJECTIONS.map(() => 0));
    await applyBatch(pool(), await projector(), batch);
    expect(await checkpoints()).toEqual(PROJECTIONS.map(() => 2));
  });
});
