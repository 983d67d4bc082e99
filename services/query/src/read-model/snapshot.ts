/** What one statement saw: one database snapshot, one generation. */
export interface Snapshot<T> {
  /** What the answer is true for: the generation's checkpoint, or the position that was asked for. */
  position: number;
  /** Epoch of the log that it was read beside: it may change between any two statements. */
  epoch: string;
  value: T;
}

/**
 * Every statement joins the register's row of its generation, on the condition that it is active and has the
 * position asked for, and outer-joins what it reads: so no row at all means "ask anew which generation is
 * active", and a row of nulls means "nothing found".
 */
export type Joined<Row> = Row | { [Column in keyof Row]: null };

/** `g.at` is the position that is read at: $2, or the checkpoint where that is null. The first two values of every statement. */
export const AT_POSITION = `
        SELECT position, coalesce($2::bigint, position) AS at, (SELECT epoch FROM log.head) AS epoch
        FROM projection.generations
        WHERE id = $1 AND state = 'active' AND position >= coalesce($2::bigint, 0)`;

/** Columns of every row that a statement gives: what its answer is true for. */
export const READ_AT = 'g.at AS as_of, g.epoch AS log_epoch';

export interface SnapshotRow {
  as_of: number;
  log_epoch: string;
}

/** The snapshot of a statement's rows, by any one of them. */
export function snapshotOf<T>({ as_of, log_epoch }: SnapshotRow, value: T): Snapshot<T> {
  return { position: as_of, epoch: log_epoch, value };
}

/** SQL conditions of what held at the position that a statement reads at. */
export interface Moments {
  /** The position that was asked for; null: now. */
  at: number | null;
  /** Whether it is a position that was asked for. */
  isPast: boolean;
  /** Of a row that holds from a position on. */
  until(from: string): string[];
}

/** Of now everything is true that the tables have: nothing in them is behind the checkpoint of their snapshot. */
export function momentsOf(at: number | null): Moments {
  if (at === null) return { at, isPast: false, until: () => [] };
  // The parameter itself, not `g.at`: its value is known when the statement is planned.
  return { at, isPast: true, until: (from) => [`${from} <= $2`] };
}
