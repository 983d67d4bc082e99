/** Numbers and hashes a batch of new events after a head: pure but for the randomness of salts and ids. */
import { randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { chainHash, SALT_BYTES, saltedHash } from './chain.js';
import type { KeyedEvent } from './find-idempotency-keys.js';
import type { Head } from './head.js';
import type { Appended, NewEvent } from './new-event.js';
import { sameJson } from './same-json.js';

/** A new event, with all that the log adds to it before its position is known. */
export interface PreparedEvent {
  event: NewEvent;
  eventId: string;
  /** The same as bytes. */
  eventIdBytes: Buffer;
  salt: Buffer;
  /** Lower-case hex. */
  dataHash: string;
}

export interface PlannedRecord {
  prepared: PreparedEvent;
  position: number;
  /** Lower-case hex. */
  hash: string;
}

export interface AppendPlan {
  before: Head;
  after: Head;
  /** Records to insert; fewer than the events when some are duplicates. */
  records: PlannedRecord[];
  /** Result of each event, in the order they were given. */
  results: Appended[];
}

export function prepare(event: NewEvent): PreparedEvent {
  const salt = takeRandom(SALT_BYTES);
  // Into bytes that are needed anyway: as text alone it would be written out here and read again for the database.
  const eventIdBytes = uuidv7({ rng: uuidRandom }, takeRandom(16));
  const dataHash = saltedHash(salt, event.payload);
  return { event, eventId: uuidText(eventIdBytes), eventIdBytes, salt, dataHash };
}

/**
 * @param known the events that the batch's idempotency keys were already used for
 * @param now wire time; a clock behind the head's time gives the head's time
 */
export function planAppend(
  before: Head,
  events: readonly PreparedEvent[],
  known: readonly KeyedEvent[],
  now: string,
): AppendPlan {
  const recordedAt = now > before.recordedAt ? now : before.recordedAt;
  const seen = new Map(known.map((row) => [keyOf(row.project, row.idempotency_key), row]));
  const records: PlannedRecord[] = [];
  const results: Appended[] = [];
  let { position, hash } = before;
  for (const prepared of events) {
    const { event, eventId } = prepared;
    const key = event.idempotencyKey === null ? undefined : keyOf(event.project, event.idempotencyKey);
    const first = key === undefined ? undefined : seen.get(key);
    if (first !== undefined) {
      results.push(compareWithFirst(event, first));
      continue;
    }
    position += 1;
    hash = chainHash(hash, {
      position,
      event_id: eventId,
      type: event.type,
      project: event.project,
      task_id: event.taskId,
      agent: event.agent,
      occurred_at: event.occurredAt,
      recorded_at: recordedAt,
      actor: event.actor,
      data_hash: prepared.dataHash,
    });
    records.push({ prepared, position, hash });
    results.push({ outcome: 'stored', position, eventId });
    if (key !== undefined) seen.set(key, keyedEventOf(prepared, position));
  }
  const after = records.length === 0 ? before : { position, hash, recordedAt };
  return { before, after, records, results };
}

function compareWithFirst(event: NewEvent, first: KeyedEvent): Appended {
  // An erased event has no payload left to compare with.
  const same =
    first.data === null ||
    (first.type === event.type && sameJson(first.data, event.payload.toString('utf8')));
  return same
    ? { outcome: 'duplicate', position: first.position, eventId: first.event_id }
    : { outcome: 'conflict', position: first.position };
}

function keyedEventOf({ event, eventId }: PreparedEvent, position: number): KeyedEvent {
  return {
    project: event.project,
    idempotency_key: event.idempotencyKey as string,
    position,
    event_id: eventId,
    type: event.type,
    data: event.payload.toString('utf8'),
  };
}

/** NUL separates: no stored text contains it. */
const keyOf = (project: string | null, key: string) => `${project ?? ''}\0${key}`;

/**
 * Random bytes are drawn a page at a time: a draw of 16 costs 2 µs, most of what a UUID takes. A page is
 * never drawn into again, so that what was taken of it may be kept without a copy.
 */
const PAGE = 16 * 1024;
let page = Buffer.alloc(0);
let taken = 0;

function takeRandom(count: number): Buffer {
  if (taken + count > page.length) {
    page = randomFillSync(Buffer.allocUnsafeSlow(PAGE));
    taken = 0;
  }
  taken += count;
  return page.subarray(taken - count, taken);
}

const uuidRandom = () => takeRandom(16);

function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
