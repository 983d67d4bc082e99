/** DDL of a generation's tables, with the keys that writing always needs. */
import { generationTable, type Table, type TableName } from '@att/platform/projections';

/** Tables of a projection, by the beginning of their names. */
export type Tables = Readonly<Partial<Record<TableName, Table>>>;

export function createTables(tables: Tables, generation: number): string {
  return Object.entries(tables)
    .map(([name, table]) => createTable(generationTable(name as TableName, generation), table))
    .join(';\n');
}

function createTable(name: string, { columns, primaryKey, unique, fillfactor }: Table): string {
  const lines = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
  if (primaryKey !== undefined) lines.push(`PRIMARY KEY (${primaryKey.join(', ')})`);
  if (unique !== undefined) lines.push(`UNIQUE (${unique.join(', ')})`);
  const options = fillfactor === undefined ? '' : ` WITH (fillfactor = ${fillfactor})`;
  return `CREATE TABLE ${name} (${lines.join(', ')})${options}`;
}
