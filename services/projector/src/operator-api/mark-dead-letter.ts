import type { ClientBase } from 'pg';
import { DEAD_LETTER_COLUMNS, type DeadLetterRow, IN_USE } from './dead-letter-row.js';

/** @returns undefined where there is no such letter, or it does not wait */
export async function markDeadLetter(
  client: ClientBase,
  id: number,
  wanted: 'retry' | 'skip',
): Promise<DeadLetterRow | undefined> {
  const { rows } = await client.query<DeadLetterRow>(
    `
      UPDATE projection.dead_letters d SET state = $2
      FROM projection.generations g
      WHERE d.id = $1 AND d.state = 'waiting' AND g.id = d.generation AND ${IN_USE}
      RETURNING ${DEAD_LETTER_COLUMNS}`,
    [id, wanted],
  );
  return rows[0];
}
