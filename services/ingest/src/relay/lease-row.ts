/** Row of `log.relay`: who publishes the log, and how far. One statement a function. */
import type { Pool } from 'pg';

/** Last message that was written to a partition. */
export interface PartitionPlace {
  /** Position of the event; 0 where there is none. */
  position: number;
  /** Offset of the message; -1 where there is none. */
  offset: number;
}

/** Place up to which all events of the log are in the topic. */
export interface RelayProgress {
  /** Cluster and name of the topic. */
  topic: string;
  epoch: string;
  position: number;
  /** Hash of the event at `position`, lower-case hex. */
  hash: string;
  partitions: readonly PartitionPlace[];
}

interface Row {
  topic: string | null;
  epoch: string;
  position: number;
  hash: string;
  partition_positions: number[];
  partition_offsets: number[];
}

/** SQL: a lease has expired. One that ends later than any could was made before the database's clock was set back. */
const HAS_EXPIRED = (row: string, milliseconds: string) =>
  `(${row}.expires_at <= clock_timestamp() OR ${row}.expires_at > ${after(milliseconds)})`;

const after = (milliseconds: string) => `clock_timestamp() + ${milliseconds} * interval '1 ms'`;

/** Whether the lease can be taken. Asked first, as a vain try would lock the row and leave a dead version. */
export async function isLeaseFree(pool: Pool, milliseconds: number): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'relay-lease-held',
    text: `SELECT FROM log.relay AS r WHERE NOT ${HAS_EXPIRED('r', '$1')}`,
    values: [milliseconds],
  });
  return rowCount === 0;
}

/** @returns what the owner before has written down; undefined where another relay has the lease */
export async function takeLease(
  pool: Pool,
  owner: string,
  milliseconds: number,
): Promise<{ progress: RelayProgress | undefined } | undefined> {
  const { rows } = await pool.query<Row>(
    `INSERT INTO log.relay AS r (owner, expires_at) VALUES ($1, ${after('$2')})
     ON CONFLICT (only_row) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
     WHERE ${HAS_EXPIRED('r', '$2')}
     RETURNING topic, epoch, position, encode(hash, 'hex') AS hash, partition_positions, partition_offsets`,
    [owner, milliseconds],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  if (row.topic === null) return { progress: undefined };
  const { topic, epoch, position, hash } = row;
  const partitions = row.partition_positions.map((position, index) => ({
    position: Number(position),
    offset: Number(row.partition_offsets[index]),
  }));
  return { progress: { topic, epoch, position, hash, partitions } };
}

/** Renews the lease. @returns false where another relay has it, or where the row went back with its database */
export async function renewLease(
  pool: Pool,
  owner: string,
  milliseconds: number,
  known: RelayProgress | undefined,
): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'renew-relay-lease',
    text: `UPDATE log.relay SET expires_at = ${after('$2')}
           WHERE owner = $1 AND position IS NOT DISTINCT FROM $3 AND hash IS NOT DISTINCT FROM $4`,
    values: [owner, milliseconds, ...placeOf(known)],
  });
  return rowCount === 1;
}

/** Writes down what was published, and renews the lease. @returns as `renewLease` does */
export async function moveLease(
  pool: Pool,
  owner: string,
  milliseconds: number,
  known: RelayProgress | undefined,
  { topic, epoch, position, hash, partitions }: RelayProgress,
): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'move-relay-lease',
    text: `UPDATE log.relay
           SET expires_at = ${after('$2')}, topic = $5, epoch = $6, position = $7, hash = $8,
               partition_positions = $9, partition_offsets = $10
           WHERE owner = $1 AND position IS NOT DISTINCT FROM $3 AND hash IS NOT DISTINCT FROM $4`,
    values: [
      owner,
      milliseconds,
      ...placeOf(known),
      topic,
      epoch,
      position,
      Buffer.from(hash, 'hex'),
      partitions.map((place) => place.position),
      partitions.map((place) => place.offset),
    ],
  });
  return rowCount === 1;
}

/** Gives the lease back, so that another relay need not wait until it expires. */
export async function releaseLease(pool: Pool, owner: string): Promise<void> {
  await pool.query(`UPDATE log.relay SET expires_at = clock_timestamp() WHERE owner = $1`, [owner]);
}

const placeOf = (progress: RelayProgress | undefined) =>
  progress === undefined ? [null, null] : [progress.position, Buffer.from(progress.hash, 'hex')];
