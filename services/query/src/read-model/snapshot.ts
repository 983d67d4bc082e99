/** What one statement saw: one database snapshot, one generation. */
export interface Snapshot<T> {
  /** The generation's checkpoint: what the answer is true for. */
  position: number;
  value: T;
}

export interface Page<T> {
  items: T[];
  /** Of the whole list, exactly. */
  total: number;
}

/**
 * Every statement joins the register's row of its generation, on the condition that it is active, and
 * outer-joins what it reads: so no row at all means "this generation is not active any more", and a
 * row of nulls means "nothing found".
 */
export type Joined<Row> = Row | { [Column in keyof Row]: null };

export interface AsOf {
  as_of: number;
}

/** @returns undefined when the generation is not active any more */
export function pageOf<Row extends { id: number }, T>(
  rows: readonly (AsOf & { total: number } & Joined<Row>)[],
  toWire: (row: Row) => T,
): Snapshot<Page<T>> | undefined {
  const first = rows[0];
  if (first === undefined) return undefined;
  const found = rows.filter((row) => row.id !== null) as unknown as Row[];
  return { position: first.as_of, value: { total: first.total, items: found.map(toWire) } };
}
