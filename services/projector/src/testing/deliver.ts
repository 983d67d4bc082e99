/** Applies a log to projections in batches, some of which end in a simulated crash. */
import type { LogEvent } from '@att/platform/event-log';
import type { Pool } from 'pg';
import { expect } from 'vitest';
import { applyBatch } from '../batch/apply-batch.js';
import { type GenerationWriter, openWriters } from '../batch/generation-writer.js';
import type { LogSlice } from '../batch/log-slice.js';
import type { Projection } from '../fold/projection.js';
import { ensureGenerations } from '../generations/ensure-generations.js';
import { writableGeneration } from '../generations/writable-generation.js';
import { PROJECTIONS } from '../projections/index.js';

export interface Delivery {
  /** Number of events in the batch. */
  size: number;
  /** Simulated crash: none, before the commit of the batch, or after it. */
  crash: 'no' | 'before' | 'after';
}

/** Hash of every event that `store` writes. */
export const NO_HASH = '00'.repeat(32);

/** Slice of a log that `store` has written. */
export function storedSlice(events: readonly LogEvent[]): LogSlice {
  const { position } = events.at(-1) as LogEvent;
  return { events, position, isFull: false, source: { position, hash: NO_HASH } };
}

/** Inserts events into `log.events`, with zeros for salts and hashes. The log's index is built from them, and late events are read there. */
export async function store(pool: Pool, log: readonly LogEvent[]): Promise<void> {
  await pool.query(
    `INSERT INTO log.events (position, event_id, type, project, task_id, agent, occurred_at, recorded_at, actor,
                             data, salt, data_hash, hash)
     SELECT e.position, e.event_id, e.type, e.project, e.task_id, e.agent, e.occurred_at, e.recorded_at, e.actor,
            (given->>'data_text')::json, CASE WHEN given->>'data_text' IS NOT NULL THEN substr(zeros, 1, 16) END, zeros, zeros
     FROM json_array_elements($1) given
     CROSS JOIN json_populate_record(NULL::log.events, given) e
     CROSS JOIN decode(repeat('00', 32), 'hex') AS zeros`,
    [JSON.stringify(log)],
  );
}

/** Applies the whole log. A crash loses the writers' memory; new writers start from the checkpoints in the database. */
export async function deliver(
  pool: Pool,
  log: readonly LogEvent[],
  deliveries: readonly Delivery[],
  projections: readonly Projection[],
): Promise<void> {
  let group = await restart(pool, projections);
  for (let step = 0; positionOf(group) < log.length; step++) {
    const { size, crash } = deliveries[step % deliveries.length] as Delivery;
    const from = positionOf(group);
    const events = log.slice(from, from + size);
    const batch = storedSlice(events);
    // Each crash happens once: a crash in every round would keep the projector at one position.
    const crashNow = step < deliveries.length ? crash : 'no';
    if (crashNow === 'before') {
      await expect(applyBatch(pool, crashing(group), batch)).rejects.toThrow('crash');
    } else {
      await applyBatch(pool, group, batch);
      // Writers with an old checkpoint are refused when they apply the same batch again.
      const stale = (await openGroup(pool, projections)).map((writer) => atPosition(writer, from));
      await expect(applyBatch(pool, stale, batch)).rejects.toThrow('another projector');
    }
    if (crashNow !== 'no') group = await restart(pool, projections);
  }
}

/** Group whose last statement fails, so that the transaction of the batch is rolled back. */
function crashing(group: readonly GenerationWriter[]): GenerationWriter[] {
  const { projectionWriter, ...writer } = group.at(-1) as GenerationWriter;
  const last: GenerationWriter = {
    ...writer,
    projectionWriter: {
      async fold(loader, batch, transitions) {
        const failingStatement = () => ({ text: `SELECT 'crash'::int` });
        const fold = await projectionWriter.fold(loader, batch, transitions);
        return { ...fold, writes: [...fold.writes, failingStatement] };
      },
    },
  };
  return [...group.slice(0, -1), last];
}

/** Writer with an earlier checkpoint, as a projector has it that another one overtook. */
function atPosition(writer: GenerationWriter, position: number): GenerationWriter {
  return { ...writer, checkpoint: { ...writer.checkpoint, position } };
}

const positionOf = (group: readonly GenerationWriter[]) => group[0]?.checkpoint.position ?? 0;

async function restart(pool: Pool, projections: readonly Projection[]): Promise<GenerationWriter[]> {
  const group = await openGroup(pool, projections);
  expect(new Set(group.map(({ checkpoint }) => checkpoint.position)).size).toBe(1);
  return group;
}

async function openGroup(pool: Pool, projections: readonly Projection[]): Promise<GenerationWriter[]> {
  const { generations } = await ensureGenerations(pool, PROJECTIONS);
  const writable = generations.flatMap((generation) =>
    projections
      .filter(({ name }) => name === generation.projection)
      .map((projection) => writableGeneration(projection, generation)),
  );
  return openWriters(pool, writable);
}
