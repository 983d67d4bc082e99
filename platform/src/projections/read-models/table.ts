/** Forms of the read models' tables. */

/** SQL type and constraint of each column, such as `bigint NOT NULL`. */
export type Columns = Readonly<Record<string, string>>;

export interface Table<Declared extends Columns = Columns> {
  columns: Declared;
  /** Columns of the key that writing always needs. */
  primaryKey?: readonly string[];
  unique?: readonly string[];
  /** Per cent of a page that is filled at first; updates of its rows take the rest. */
  fillfactor?: number;
}

/** Table of a history in runs: a row has several changes of a key, as arrays in step. */
export interface RunTable<Key extends Columns = Columns, Moving extends Columns = Columns>
  extends Table<RunColumns<Key, Moving>> {
  key: Key;
  moving: Moving;
}

type RunColumns<Key extends Columns, Moving extends Columns> = {
  readonly [Name in keyof Key]: `${Key[Name]} NOT NULL`;
} & { readonly first: 'bigint NOT NULL'; readonly valid_from: 'bigint[] NOT NULL' } & {
  readonly [Name in keyof Moving]: `${Moving[Name]}[] NOT NULL`;
};

/**
 * @param key types of the columns by which a history is found
 * @param moving types of what changes; `valid_from` has the positions of the changes, and `first` the first of them
 */
export function runTable<const Key extends Columns, const Moving extends Columns>(
  key: Key,
  moving: Moving,
): RunTable<Key, Moving> {
  const declared = (types: Columns, suffix: string) =>
    Object.entries(types).map(([name, type]) => [name, `${type}${suffix}`]);
  const columns = Object.fromEntries([
    ...declared(key, ' NOT NULL'),
    ['first', 'bigint NOT NULL'],
    ['valid_from', 'bigint[] NOT NULL'],
    ...declared(moving, '[] NOT NULL'),
  ]) as RunColumns<Key, Moving>;
  return { key, moving, columns, primaryKey: [...Object.keys(key), 'first'], fillfactor: 80 };
}

/** Type of a column's values, without constraint, collation and precision. */
export type SqlType<Declared> = Declared extends `${infer Type} NOT NULL`
  ? SqlType<Type>
  : Declared extends `${infer Type} COLLATE "C"`
    ? Type
    : Declared extends 'timestamptz(3)'
      ? 'timestamptz'
      : Declared;
