/** Keys by which a writer finds rows that its memory does not have. */
import { generationTable, type TableName } from '@att/platform/projections';

export interface Key {
  /** Table, by the beginning of its name. */
  table: TableName;
  columns: string;
}

export function keyName({ table, columns }: Key, generation: number): string {
  return `${table}_g${generation}_${columns.replaceAll(', ', '_')}`;
}

/** SQL that makes those keys that are not there, a statement each. */
export function createKeyStatements(keys: readonly Key[], generation: number): string[] {
  return keys.map((key) => {
    const { table, columns } = key;
    const name = keyName(key, generation);
    return `CREATE UNIQUE INDEX IF NOT EXISTS ${name} ON ${generationTable(table, generation)} (${columns})`;
  });
}
