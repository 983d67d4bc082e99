/** Set-based updates of rows that are known to be there. */
import type { Column } from './column.js';
import type { Write } from './write.js';

/** Half of what `ON CONFLICT DO UPDATE` costs, which locks each row before it changes it. */
export function updateRows<Row>(
  table: string,
  keys: readonly Column<Row>[],
  changing: readonly Column<Row>[],
  rows: readonly Row[],
): Write {
  return () => {
    if (rows.length === 0) return undefined;
    const columns = [...keys, ...changing];
    const arrays = columns.map(({ type }, index) => `$${index + 1}::${type}[]`);
    const values = columns.map(({ arrayOf }) => arrayOf(rows));
    return (client) =>
      client.query({
        name: `update-${table}`,
        text: `
          UPDATE ${table} t SET ${changing.map(({ name }) => `${name} = c.${name}`).join(', ')}
          FROM unnest(${arrays.join(', ')}) AS c (${columns.map(({ name }) => name).join(', ')})
          WHERE ${keys.map(({ name }) => `t.${name} = c.${name}`).join(' AND ')}`,
        values,
      });
  };
}
