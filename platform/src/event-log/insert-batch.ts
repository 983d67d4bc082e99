import type { ClientBase } from 'pg';
import {
  byteaArray,
  hexByteaArray,
  int8Array,
  jsonBytesArray,
  textArray,
  timestampArray,
  uuidBytesArray,
} from '../postgres/index.js';
import { HASH_BYTES } from './chain.js';
import type { AppendPlan, PlannedRecord } from './plan-append.js';

/** Channel on which a committed batch is announced; the payload is the head's position. */
export const LOG_CHANNEL = 'att_log';

/** A column of `log.events`, and its values of a batch as a binary array. */
interface StoredColumn {
  name: string;
  type: string;
  encode(records: readonly PlannedRecord[]): Buffer;
}

/** Columns that have a value of their own in each event of a batch; `recorded_at` is one for all. */
export const STORED_COLUMNS: readonly StoredColumn[] = [
  column('position', 'bigint', int8Array, ({ position }) => position),
  column('event_id', 'uuid', uuidBytesArray, ({ prepared }) => prepared.eventIdBytes),
  column('type', 'text', textArray, ({ prepared: { event } }) => event.type),
  column('project', 'text', textArray, ({ prepared: { event } }) => event.project),
  column('task_id', 'text', textArray, ({ prepared: { event } }) => event.taskId),
  column('agent', 'text', textArray, ({ prepared: { event } }) => event.agent),
  column('occurred_at', 'timestamptz', timestampArray, ({ prepared: { event } }) =>
    event.occurredAt === null ? null : Date.parse(event.occurredAt),
  ),
  column('actor', 'text', textArray, ({ prepared: { event } }) => event.actor),
  column('data', 'json', jsonBytesArray, ({ prepared: { event } }) => event.payload),
  column('salt', 'bytea', byteaArray, ({ prepared }) => prepared.salt),
  column('data_hash', 'bytea', hashArray, ({ prepared }) => prepared.dataHash),
  column('hash', 'bytea', hashArray, ({ hash }) => hash),
  column('idempotency_key', 'text', textArray, ({ prepared: { event } }) => event.idempotencyKey),
];

const NAMES = STORED_COLUMNS.map(({ name }) => name).join(', ');
/** Number of the first column's parameter. */
const FIRST_COLUMN = 7;
const ARRAYS = STORED_COLUMNS.map(({ type }, index) => `$${FIRST_COLUMN + index}::${type}[]`).join(', ');

/**
 * Moves the head by compare-and-set, and inserts the batch that depends on it, in one statement: it needs no transaction
 * of its own, and when another writer was first, it changes nothing. It sends one notification at most, not one an event,
 * as NOTIFY takes a lock of the whole server at commit.
 */
const INSERT_BATCH = `
  WITH head AS (
    UPDATE log.head SET position = $2::bigint, hash = $3, recorded_at = $4::timestamptz
    WHERE position = $1 AND hash = $5
    RETURNING epoch, CASE WHEN $6::boolean THEN pg_notify('${LOG_CHANNEL}', ($2::bigint)::text) END
  ), inserted AS (
    INSERT INTO log.events (recorded_at, ${NAMES})
    SELECT $4::timestamptz, e.*
    FROM head, unnest(${ARRAYS}) AS e (${NAMES})
  )
  SELECT epoch FROM head`;

/**
 * @param isAnnounced whether listeners are notified
 * @returns the log's epoch; undefined when the head was not where the plan took it to be: nothing was written.
 */
export async function insertBatch(
  client: ClientBase,
  { before, after, records }: AppendPlan,
  isAnnounced = true,
): Promise<string | undefined> {
  const { rows } = await client.query<{ epoch: string }>({
    name: 'insert-batch',
    text: INSERT_BATCH,
    values: [
      before.position,
      after.position,
      Buffer.from(after.hash, 'hex'),
      after.recordedAt,
      Buffer.from(before.hash, 'hex'),
      isAnnounced,
      ...STORED_COLUMNS.map(({ encode }) => encode(records)),
    ],
  });
  return rows[0]?.epoch;
}

function column<Value>(
  name: string,
  type: string,
  toArray: (values: readonly Value[]) => Buffer,
  fieldOf: (record: PlannedRecord) => Value,
): StoredColumn {
  return { name, type, encode: (records) => toArray(records.map(fieldOf)) };
}

function hashArray(hashes: readonly string[]): Buffer {
  return hexByteaArray(hashes, HASH_BYTES);
}
