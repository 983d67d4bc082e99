import { generationTable } from '@att/platform/projections';
import type { Reader } from '../../database/reader.js';
import { patternOf, type TextPart } from './text-parts.js';

/** Texts of the newest tasks from which the frequency of a word is estimated. */
const SAMPLE = 200;

/**
 * Words in an order that is cheap to search in, the rarest first: an index finds the tasks of a rare word in 2 ms, and those of a
 * word that every task has in 20. The estimate is from a sample, and no answer depends on it.
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
    FROM unnest($1::text[]) WITH ORDINALITY AS p (pattern, ordinal)
    ORDER BY p.ordinal`,
    values: [parts.map(patternOf)],
  });
  const order = parts.map((part, index) => ({ part, count: counts[index]?.count ?? 0 }));
  return order.sort((a, b) => a.count - b.count).map(({ part }) => part);
}
