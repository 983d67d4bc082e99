import { beside, type Order, orderBy, type PageRequest, type Parameter } from '@att/platform/paging';
import type { Pool } from 'pg';
import { DEAD_LETTER_COLUMNS, type DeadLetterRow, IN_USE } from './dead-letter-row.js';

export interface DeadLetterFilter {
  projection?: string | undefined;
  project?: string | undefined;
  task_id?: string | undefined;
}

/** Order of the list: ids are given in the order in which tasks were blocked. */
export const OLDEST_FIRST: Order = {
  key: 'id',
  id: 'id',
  type: 'bigint',
  isDescending: false,
  isNullable: false,
};

const FIELDS = { projection: 'g.projection', project: 'd.project', task_id: 'd.task_id' } as const;

/** Page of dead letters, with one row more than asked for where there are more; a page before a row is in reverse order. */
export async function selectDeadLetters(
  pool: Pool,
  filter: DeadLetterFilter,
  page: PageRequest,
): Promise<{ deadLetters: DeadLetterRow[]; total: number }> {
  const values: unknown[] = [];
  const parameter: Parameter = (value, type) => `$${values.push(value)}::${type}`;
  const conditions = (Object.keys(FIELDS) as (keyof typeof FIELDS)[])
    .filter((field) => filter[field] !== undefined)
    .map((field) => ` AND ${FIELDS[field]} = ${parameter(filter[field], 'text')}`);
  const position = page.cursor === undefined ? 'true' : beside(OLDEST_FIRST, page.cursor, parameter);
  const order = orderBy(OLDEST_FIRST, page.cursor?.direction === 'prev');
  const { rows } = await pool.query<{ total: number } & (DeadLetterRow | { id: null })>(
    `
      WITH letters AS (
        SELECT ${DEAD_LETTER_COLUMNS}
        FROM projection.dead_letters d
        JOIN projection.generations g ON g.id = d.generation AND ${IN_USE}
        WHERE true${conditions.join('')}
      )
      SELECT n.total, l.*
      FROM (SELECT count(*) AS total FROM letters) n
      LEFT JOIN (
        SELECT * FROM letters WHERE ${position}
        ORDER BY ${order}
        LIMIT ${parameter(page.limit + 1, 'bigint')} OFFSET ${parameter(page.offset, 'bigint')}
      ) l ON true
      ORDER BY ${order}`,
    values,
  );
  const deadLetters = rows.flatMap(({ total, ...row }) => (row.id === null ? [] : [row]));
  return { deadLetters, total: rows[0]?.total ?? 0 };
}
