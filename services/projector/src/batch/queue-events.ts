import { int8Array, textArray } from '@att/platform/postgres';
import type { Write } from '../rows/write.js';
import type { QueuedEvents } from './split-blocked.js';

/** Write that adds the events of blocked tasks to the queues of their dead letters. */
export function queueEvents(generation: number, queued: readonly QueuedEvents[]): Write {
  return () => {
    if (queued.length === 0) return undefined;
    const each = queued.flatMap(({ positions, ...task }) =>
      positions.map((position) => ({ ...task, position })),
    );
    const values = [
      generation,
      textArray(each.map(({ project }) => project)),
      textArray(each.map(({ task_id }) => task_id)),
      int8Array(each.map(({ position }) => position)),
    ];
    return {
      name: 'queue-events',
      text: `
        WITH queued AS (
          INSERT INTO projection.queued_events (dead_letter, position)
          SELECT d.id, q.position
          FROM unnest($2::text[], $3::text[], $4::bigint[]) AS q (project, task_id, position)
          JOIN projection.dead_letters d USING (project, task_id)
          WHERE d.generation = $1
          RETURNING dead_letter
        )
        UPDATE projection.dead_letters d SET queued = d.queued + q.count
        FROM (SELECT dead_letter, count(*) AS count FROM queued GROUP BY dead_letter) q
        WHERE d.id = q.dead_letter`,
      values,
    };
  };
}
