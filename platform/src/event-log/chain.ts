/**
 * The hash chain. `hash_n = SHA-256(hash_{n-1} ‖ canonical(record_n))`, where canonical is the UTF-8 of
 * RFC 8785 (JCS) of the record; `data_hash = SHA-256(salt ‖ payload bytes)`. docs/canonical-form.md
 * has it in words, with test vectors.
 */
import { createHash, hash as hashOnce } from 'node:crypto';
import type { LogEvent } from './event.js';

/** The members of a record that the chain covers: the payload only through its hash, in lower-case hex. */
export type ChainedRecord = Omit<LogEvent, 'data_text'> & { data_hash: string };

export const HASH_BYTES = 32;
export const SALT_BYTES = 16;
/** Hash that the first record follows: 32 zero bytes. */
export const GENESIS_HASH = '00'.repeat(HASH_BYTES);

/**
 * RFC 8785 of the record: members sorted by name, strings as ECMAScript serialises them. Written out
 * because the ten names are fixed: 0.36 µs a record, where a generic serialiser takes 2.4 µs.
 */
export function canonicalRecord(record: ChainedRecord): string {
  const { actor, agent, data_hash, event_id, occurred_at, position, project, recorded_at, task_id, type } =
    record;
  return (
    `{"actor":${JSON.stringify(actor)},"agent":${JSON.stringify(agent)},"data_hash":"${data_hash}",` +
    `"event_id":"${event_id}","occurred_at":${occurred_at === null ? 'null' : `"${occurred_at}"`},` +
    `"position":${position},"project":${JSON.stringify(project)},"recorded_at":"${recorded_at}",` +
    `"task_id":${JSON.stringify(task_id)},"type":${JSON.stringify(type)}}`
  );
}

/**
 * Hashing from one reused buffer, to hex: 0.46 µs a record, where a hash object takes 1.35 µs and a
 * Buffer digest 0.85 µs. Larger input takes the ordinary way.
 */
const scratch = Buffer.allocUnsafeSlow(16 * 1024);

/** @param previous hash of the record before, and the result: lower-case hex. */
export function chainHash(previous: string, record: ChainedRecord): string {
  const canonical = canonicalRecord(record);
  if (canonical.length * 3 + HASH_BYTES > scratch.length) {
    return createHash('sha256').update(previous, 'hex').update(canonical).digest('hex');
  }
  scratch.write(previous, 0, 'hex');
  const end = HASH_BYTES + scratch.write(canonical, HASH_BYTES, 'utf8');
  return hashOnce('sha256', scratch.subarray(0, end), 'hex');
}

/** @returns lower-case hex. */
export function saltedHash(salt: Uint8Array, payload: Uint8Array): string {
  const end = SALT_BYTES + payload.length;
  if (end > scratch.length) return createHash('sha256').update(salt).update(payload).digest('hex');
  scratch.set(salt, 0);
  scratch.set(payload, SALT_BYTES);
  return hashOnce('sha256', scratch.subarray(0, end), 'hex');
}
