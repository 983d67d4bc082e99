/** SQL of the projector on dead letters. */
import type { Pool } from 'pg';
import type { TaskName } from '../fold/task-name.js';
import type { Statement } from '../rows/statement.js';

/** A dead letter that a command names, as the projector needs it. */
export interface StoredDeadLetter extends TaskName {
  id: number;
  /** Position of the event that could not be applied. */
  position: number;
  /** Number of events that wait behind it. */
  queued: number;
  /** Number of those whose positions are listed in `queued_events`. */
  listed: number;
}

/** Characters of an error that are kept: some errors quote the value that was refused. */
const MAX_NAME = 200;
const MAX_MESSAGE = 2_000;

export function insertDeadLetterStatement(
  generation: number,
  { project, task_id, position }: TaskName & { position: number },
  error: Error,
): Statement {
  return {
    name: 'insert-dead-letter',
    text: `
      INSERT INTO projection.dead_letters (generation, project, task_id, position, error_name, error_message)
      VALUES ($1, $2, $3, $4, $5, $6)`,
    values: [generation, project, task_id, position, ...errorValues(error)],
  };
}

/** Undefined where it is gone, or belongs to another generation. */
export async function readDeadLetter(
  pool: Pool,
  generation: number,
  id: number,
): Promise<StoredDeadLetter | undefined> {
  const { rows } = await pool.query<StoredDeadLetter>(
    `SELECT id, project, task_id, position, queued,
            (SELECT count(*) FROM projection.queued_events q WHERE q.dead_letter = d.id) AS listed
     FROM projection.dead_letters d
     WHERE id = $1 AND generation = $2`,
    [id, generation],
  );
  return rows[0];
}

export function deleteDeadLetterStatement({ id }: StoredDeadLetter): Statement {
  return { text: 'DELETE FROM projection.dead_letters WHERE id = $1', values: [id] };
}

/** Keeps the task blocked, behind the event at `to` from now on. */
export function moveDeadLetterStatement(
  { id }: StoredDeadLetter,
  to: { position: number; queued: number },
  error: Error,
): Statement {
  return {
    text: `
      WITH applied AS (DELETE FROM projection.queued_events WHERE dead_letter = $1 AND position <= $2)
      UPDATE projection.dead_letters
      SET position = $2, queued = $3, error_name = $4, error_message = $5, attempts = attempts + 1, state = 'waiting'
      WHERE id = $1`,
    values: [id, to.position, to.queued, ...errorValues(error)],
  };
}

/** Name and message in a form that PostgreSQL takes: without NUL and without halves of surrogate pairs. */
function errorValues({ name, message }: Error): [name: string, message: string] {
  const storable = (text: string, length: number) =>
    text.replaceAll('\0', '\u{FFFD}').slice(0, length).toWellFormed();
  return [storable(name, MAX_NAME), storable(message, MAX_MESSAGE)];
}
