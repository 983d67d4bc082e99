import type { ClientBase, Pool } from 'pg';
import { DEAD_LETTER_COLUMNS, type DeadLetterRow, IN_USE } from './dead-letter-row.js';

export async function selectDeadLetter(
  client: ClientBase | Pool,
  id: number,
): Promise<DeadLetterRow | undefined> {
  const { rows } = await client.query<DeadLetterRow>(
    `
      SELECT ${DEAD_LETTER_COLUMNS}
      FROM projection.dead_letters d
      JOIN projection.generations g ON g.id = d.generation AND ${IN_USE}
      WHERE d.id = $1`,
    [id],
  );
  return rows[0];
}
