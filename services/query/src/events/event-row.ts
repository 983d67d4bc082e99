import type { ProvenEvent } from '@att/platform/event-log';

/** Event as the log keeps it, with salt and hashes in lower-case hex. */
export type EventRow = ProvenEvent;

/**
 * JSON of an event, with the payload as the sender's own text in it: it is never parsed, so `1.0`, big integers and the order of
 * keys stay.
 *
 * @param form `text` gives the payload as a string, exactly the bytes that were hashed
 */
export function eventJson(row: EventRow, form: 'json' | 'text'): string {
  const envelope = JSON.stringify({
    position: row.position,
    event_id: row.event_id,
    type: row.type,
    project: row.project,
    task_id: row.task_id,
    agent: row.agent,
    occurred_at: row.occurred_at,
    recorded_at: row.recorded_at,
    actor: row.actor,
  });
  const proof = JSON.stringify({ salt: row.salt, data_hash: row.data_hash, hash: row.hash });
  const data =
    form === 'text' ? `"data_text":${JSON.stringify(row.data_text)}` : `"data":${row.data_text ?? 'null'}`;
  return `${envelope.slice(0, -1)},${data},${proof.slice(1)}`;
}
