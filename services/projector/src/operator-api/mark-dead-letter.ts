import type { ClientBase } from 'pg';
import { DEAD_LETTER_COLUMNS, type DeadLetterRow, IN_USE } from './dead-letter-row.js';

/** Marks a dead letter with a command. @returns undefined where there is no such dead letter, or it has a command already */
export async function markDeadLetter(
  client: ClientBase,
  id: number,
  verb: 'retry' | 'skip',
): Promise<DeadLetterRow | undefined> {
  const { rows } = await client.query<DeadLetterRow>(
    `
      UPDATE projection.dead_letters d SET state = $2
      FROM projection.generations g
      WHERE d.id = $1 AND d.state = 'waiting' AND g.id = d.generation AND ${IN_USE}
      RETURNING ${DEAD_LETTER_COLUMNS}`,
    [id, verb],
  );
  return rows[0];
}
