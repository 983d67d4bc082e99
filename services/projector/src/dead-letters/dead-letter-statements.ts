/** What the projector does with a dead letter. */
import type { Pool } from 'pg';
import type { TaskName } from '../fold/task-name.js';
import type { Statement } from '../rows/statement.js';

/** A letter that an act names. */
export interface Letter extends TaskName {
  id: number;
  /** The event that could not be applied. */
  position: number;
  queued: number;
  /** How many of them are listed by their positions. */
  listed: number;
}

/** Characters of an error that are kept: some quote what they could not take. */
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
    values: [generation, project, task_id, position, ...toldOf(error)],
  };
}

/** Undefined where it is gone, or of another generation. */
export async function readDeadLetter(
  pool: Pool,
  generation: number,
  id: number,
): Promise<Letter | undefined> {
  const { rows } = await pool.query<Letter>(
    `SELECT id, project, task_id, position, queued,
            (SELECT count(*) FROM projection.queued_events q WHERE q.dead_letter = d.id) AS listed
     FROM projection.dead_letters d
     WHERE id = $1 AND generation = $2`,
    [id, generation],
  );
  return rows[0];
}

export function deleteDeadLetterStatement({ id }: Letter): Statement {
  return { text: 'DELETE FROM projection.dead_letters WHERE id = $1', values: [id] };
}

/** The task stands still again, or still. @param to the event that could not be applied now */
export function moveDeadLetterStatement(
  { id }: Letter,
  to: { position: number; queued: number },
  error: Error,
): Statement {
  return {
    text: `
      WITH applied AS (DELETE FROM projection.queued_events WHERE dead_letter = $1 AND position <= $2)
      UPDATE projection.dead_letters
      SET position = $2, queued = $3, error_name = $4, error_message = $5, attempts = attempts + 1, state = 'waiting'
      WHERE id = $1`,
    values: [id, to.position, to.queued, ...toldOf(error)],
  };
}

/** As PostgreSQL takes it, without NUL and halves of characters. */
function toldOf({ name, message }: Error): [name: string, message: string] {
  const told = (text: string, length: number) =>
    text.replaceAll('\0', '\u{FFFD}').slice(0, length).toWellFormed();
  return [told(name, MAX_NAME), told(message, MAX_MESSAGE)];
}
