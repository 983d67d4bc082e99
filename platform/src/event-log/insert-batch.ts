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

/** Where a committed batch is announced; the payload is the head's position. */
export const LOG_CHANNEL = 'att_log';

/**
 * One statement moves the head by compare-and-set and inserts the batch that depends on it: it needs
 * no transaction of its own, and when another writer was first, it changes nothing. A notification is
 * sent a batch at most, not an event, as NOTIFY takes a lock of the whole server at commit.
 */
const INSERT_BATCH = `
  WITH head AS (
    UPDATE log.head SET position = $2::bigint, hash = $3, recorded_at = $4::timestamptz
    WHERE position = $1 AND hash = $5
    RETURNING epoch, CASE WHEN $19::boolean THEN pg_notify('${LOG_CHANNEL}', ($2::bigint)::text) END
  ), inserted AS (
    INSERT INTO log.events (position, event_id, type, project, task_id, agent, occurred_at, recorded_at,
                            actor, data, salt, data_hash, hash, idempotency_key)
    SELECT e.position, e.event_id, e.type, e.project, e.task_id, e.agent, e.occurred_at, $4::timestamptz,
           e.actor, e.data, e.salt, e.data_hash, e.hash, e.idempotency_key
    FROM head, unnest($6::bigint[], $7::uuid[], $8::text[], $9::text[], $10::text[], $11::text[],
                      $12::timestamptz[], $13::text[], $14::json[], $15::bytea[], $16::bytea[],
                      $17::bytea[], $18::text[])
      AS e (position, event_id, type, project, task_id, agent, occurred_at,
            actor, data, salt, data_hash, hash, idempotency_key)
  )
  SELECT epoch FROM head`;

/**
 * @param isAnnounced whether listeners are told
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
      int8Array(records.map((record) => record.position)),
      uuidBytesArray(records.map((record) => record.prepared.eventIdBytes)),
      text(records, (event) => event.type),
      text(records, (event) => event.project),
      text(records, (event) => event.taskId),
      text(records, (event) => event.agent),
      timestampArray(
        records.map(({ prepared: { event } }) =>
          event.occurredAt === null ? null : Date.parse(event.occurredAt),
        ),
      ),
      text(records, (event) => event.actor),
      jsonBytesArray(records.map((record) => record.prepared.event.payload)),
      byteaArray(records.map((record) => record.prepared.salt)),
      hexByteaArray(
        records.map((record) => record.prepared.dataHash),
        HASH_BYTES,
      ),
      hexByteaArray(
        records.map((record) => record.hash),
        HASH_BYTES,
      ),
      text(records, (event) => event.idempotencyKey),
      isAnnounced,
    ],
  });
  return rows[0]?.epoch;
}

function text(
  records: readonly PlannedRecord[],
  field: (event: PlannedRecord['prepared']['event']) => string | null,
): Buffer {
  return textArray(records.map((record) => field(record.prepared.event)));
}
