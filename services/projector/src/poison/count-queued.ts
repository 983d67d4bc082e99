import { int8Array, textArray } from '@att/platform/postgres';
import type { Write } from '../rows/write.js';
import type { Queued } from './divide.js';

/** Adds what a batch has for tasks that stand still. */
export function countingQueued(generation: number, queued: readonly Queued[]): Write {
  return () => {
    if (queued.length === 0) return undefined;
    const values = [
      generation,
      textArray(queued.map(({ project }) => project)),
      textArray(queued.map(({ task_id }) => task_id)),
      int8Array(queued.map(({ count }) => count)),
    ];
    return {
      name: 'count-queued',
      text: `
        UPDATE projection.dead_letters d SET queued = d.queued + q.count
        FROM unnest($2::text[], $3::text[], $4::bigint[]) AS q (project, task_id, count)
        WHERE d.generation = $1 AND d.project = q.project AND d.task_id = q.task_id`,
      values,
    };
  };
}
