/** Set-based updates of rows that are known to be there. */
import type { Column } from './column.js';
import type { Write } from './write.js';

/**
 * Half of what `ON CONFLICT DO UPDATE` costs, which locks each row before it changes it.
 *
 * @param become SQL of what a column becomes, of the row `t` as it is and the change `c`
 */
export function updateRows<Row, Changing extends Column<Row>>(
  table: string,
  keys: readonly Column<Row>[],
  changing: readonly Changing[],
  rows: readonly Row[],
  become: (column: Changing) => string = ({ name }) => `c.${name}`,
): Write {
  return () => {
    if (rows.length === 0) return undefined;
    const columns = [...keys, ...changing];
    const arrays = columns.map(({ type }, index) => `$${index + 1}::${type}[]`);
    const values = columns.map(({ arrayOf }) => arrayOf(rows));
    return {
      name: `update-${table}`,
      text: `
        UPDATE ${table} t SET ${changing.map((column) => `${column.name} = ${become(column)}`).join(', ')}
        FROM unnest(${arrays.join(', ')}) AS c (${columns.map(({ name }) => name).join(', ')})
        WHERE ${keys.map(({ name }) => `t.${name} = c.${name}`).join(' AND ')}`,
      values,
    };
  };
}
