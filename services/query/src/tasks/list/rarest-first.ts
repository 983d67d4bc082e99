import { generationTable } from '@att/platform/projections';
import type { Reader } from '../../database/reader.js';
import { patternOf, type TextPart } from './text-parts.js';

/** Texts of the newest tasks that tell how common a word is. */
const SAMPLE = 200;

/**
 * The same parts in an order that is cheap to search in: an index finds the tasks of a rare word in 2 ms, where those of a word
 * that every task has took 20. A guess from a sample, which no answer depends on.
 */
export async function rarestFirst(
  reader: Reader,
  generation: number,
  parts: readonly TextPart[],
): Promise<readonly TextPart[]> {
  if (parts.length < 2) return parts;
  const counts = await reader.query<{ count: number }>({
    text: `
    WITH sample AS MATERIALIZED (
      SELECT text FROM ${generationTable('task_texts', generation)} ORDER BY id DESC LIMIT ${SAMPLE}
    )
    SELECT (SELECT count(*) FROM sample s WHERE s.text LIKE p.pattern)::int AS count
    FROM unnest($1::text[]) WITH ORDINALITY AS p (pattern, place)
    ORDER BY p.place`,
    values: [parts.map(patternOf)],
  });
  const order = parts.map((part, place) => ({ part, count: counts[place]?.count ?? 0 }));
  return order.sort((a, b) => a.count - b.count).map(({ part }) => part);
}
