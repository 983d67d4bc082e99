import type { DeadLetter } from '@att/contracts';

/** A dead letter is read as it is told of. */
export type DeadLetterRow = DeadLetter;

/** SQL of the letter `d` and its generation `g`. */
export const DEAD_LETTER_COLUMNS = `d.id, g.projection, d.generation, d.project, d.task_id, d.position, d.error_name,
        d.error_message, d.queued, d.attempts, d.state, d.created_at`;

/** SQL: what is retired, failed or cancelled stands still as a whole, and so do its letters. */
export const IN_USE = "g.state IN ('active', 'building', 'ready')";
