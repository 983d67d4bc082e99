import type { DeadLetter } from '@att/contracts';

/** Row of a dead letter: the columns are the fields of the answer. */
export type DeadLetterRow = DeadLetter;

/** SQL columns of the dead letter `d` and its generation `g`. */
export const DEAD_LETTER_COLUMNS = `d.id, g.projection, d.generation, d.project, d.task_id, d.position, d.error_name,
        d.error_message, d.queued, d.attempts, d.state, d.created_at`;

/** SQL condition: nothing of a retired, failed or cancelled generation is written, so its dead letters cannot be resolved. */
export const IN_USE = "g.state IN ('active', 'building', 'ready')";
