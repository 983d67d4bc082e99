/** Result of one statement, which reads one database snapshot and one generation. */
export interface Snapshot<T> {
  /** Position that the answer is true for: the generation's checkpoint, or the position that was asked for. */
  position: number;
  /** Epoch of the log in the same database snapshot; it may change between two statements. */
  epoch: string;
  value: T;
}

/**
 * Row of an outer join. Every statement begins with the register's row of its generation, on the condition that the generation is
 * active and has the position asked for, and outer-joins what it reads. So no row means "the generation is not active any more",
 * and a row of nulls means "nothing found".
 */
export type Joined<Row> = Row | { [Column in keyof Row]: null };

/** SQL of the register's row `g`. `g.at` is the position to read at: $2, or the checkpoint where $2 is null; $1 is the generation. */
export const AT_POSITION = `
        SELECT position, coalesce($2::bigint, position) AS at, (SELECT epoch FROM log.head) AS epoch
        FROM projection.generations
        WHERE id = $1 AND state = 'active' AND position >= coalesce($2::bigint, 0)`;

/** SQL of the columns that every row of a statement begins with: the position and the epoch of its snapshot. */
export const SNAPSHOT_COLUMNS = 'g.at AS as_of, g.epoch AS log_epoch';

export interface SnapshotRow {
  as_of: number;
  log_epoch: string;
}

/** Snapshot of a statement, from any one of its rows. */
export function snapshotOf<T>({ as_of, log_epoch }: SnapshotRow, value: T): Snapshot<T> {
  return { position: as_of, epoch: log_epoch, value };
}

/** Position that a statement reads at, with the SQL conditions for it. */
export interface ReadPosition {
  /** Position that was asked for; null: the generation's checkpoint. */
  at: number | null;
  /** True when a position was asked for. */
  isPast: boolean;
  /** Conditions that a column of positions is not after this one; none for the checkpoint, as no row is after that. */
  upTo(column: string): string[];
}

export function readPositionOf(at: number | null): ReadPosition {
  if (at === null) return { at, isPast: false, upTo: () => [] };
  // $2 itself, not `g.at`: the planner knows its value.
  return { at, isPast: true, upTo: (column) => [`${column} <= $2`] };
}

/** Header with the position that an answer is true for. */
export function positionHeader(position: number): Record<string, string> {
  return { 'X-Position': String(position) };
}
