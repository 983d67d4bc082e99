import { allowAnyTime } from '@att/platform/testing';
import type { Pool } from 'pg';

/** Milliseconds since 1970 of the first event of a recording. */
const BEGINNING = Date.parse('2026-01-31T12:00:00.000Z');

/**
 * Writes events that were recorded at given times, which the log's appender would take from its own
 * clock. Their hashes prove nothing.
 *
 * @param times milliseconds since the recording's beginning, ascending
 * @param projectOf an event's project, by its index
 */
export async function recordAt(
  pool: Pool,
  times: readonly number[],
  projectOf: (index: number) => string = () => 'project',
): Promise<void> {
  await allowAnyTime(pool);
  await pool.query(
    `WITH head AS (
       UPDATE log.head SET position = position + cardinality($1::timestamptz[]), recorded_at = $3 RETURNING position
     )
     INSERT INTO log.events (position, event_id, type, project, task_id, agent, recorded_at, actor, data_hash, hash, salt, data)
     SELECT head.position - cardinality($1::timestamptz[]) + n, gen_random_uuid(), 'task.started', project, 'task-' || n,
            'agent', recorded_at, 'test', decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'),
            decode(repeat('00', 16), 'hex'), '{"task":"Title"}'
     FROM head, unnest($1::timestamptz[], $2::text[]) WITH ORDINALITY AS event (recorded_at, project, n)`,
    [times.map(timeOf), times.map((_, index) => projectOf(index)), timeOf(times.at(-1) as number)],
  );
}

const timeOf = (time: number) => new Date(BEGINNING + time).toISOString();
