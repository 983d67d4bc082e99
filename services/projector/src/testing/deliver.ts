/** Delivery of a log to projections: in batches, in some of which the process dies. */
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
  /** Events of the batch. */
  size: number;
  /** Whether the process dies in it, before its commit or after. */
  crash: 'no' | 'before' | 'after';
}

/** Hash of every event in a log that was stored without what only proofs need. */
export const NO_HASH = '00'.repeat(32);

/** A batch of such a log. */
export function storedSlice(events: readonly LogEvent[]): LogSlice {
  const { position } = events.at(-1) as LogEvent;
  return { events, position, isFull: false, source: { position, hash: NO_HASH } };
}

/** Stores events in the log itself, without what only proofs need. The index of the log is made from it, and late events are read from it. */
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

/** Every crash loses the writers' memory; the next one starts from the checkpoints in the database. */
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
    // The same crash again and again would never let the projector past it.
    const dies = step < deliveries.length ? crash : 'no';
    if (dies === 'before') {
      await expect(applyBatch(pool, dying(group), batch)).rejects.toThrow('crash');
    } else {
      await applyBatch(pool, group, batch);
      // A batch that was applied already is fenced off, and changes nothing.
      const stale = (await fresh(pool, projections)).map((writer) => atPosition(writer, from));
      await expect(applyBatch(pool, stale, batch)).rejects.toThrow('another projector');
    }
    if (dies !== 'no') group = await restart(pool, projections);
  }
}

/** A group that dies when all its work is done. */
function dying(group: readonly GenerationWriter[]): GenerationWriter[] {
  const { projectionWriter, ...writer } = group.at(-1) as GenerationWriter;
  const last: GenerationWriter = {
    ...writer,
    projectionWriter: {
      async fold(loader, batch, transitions) {
        const dies = () => ({ text: `SELECT 'crash'::int` });
        const fold = await projectionWriter.fold(loader, batch, transitions);
        return { ...fold, writes: [...fold.writes, dies] };
      },
    },
  };
  return [...group.slice(0, -1), last];
}

/** Writer as an earlier projector has it. */
function atPosition(writer: GenerationWriter, position: number): GenerationWriter {
  return { ...writer, checkpoint: { ...writer.checkpoint, position } };
}

const positionOf = (group: readonly GenerationWriter[]) => group[0]?.checkpoint.position ?? 0;

async function restart(pool: Pool, projections: readonly Projection[]): Promise<GenerationWriter[]> {
  const group = await fresh(pool, projections);
  expect(new Set(group.map(({ checkpoint }) => checkpoint.position)).size).toBe(1);
  return group;
}

async function fresh(pool: Pool, projections: readonly Projection[]): Promise<GenerationWriter[]> {
  const { generations } = await ensureGenerations(pool, PROJECTIONS);
  const writable = generations.flatMap((generation) =>
    projections
      .filter(({ name }) => name === generation.projection)
      .map((projection) => writableGeneration(projection, generation)),
  );
  return openWriters(pool, writable);
}
