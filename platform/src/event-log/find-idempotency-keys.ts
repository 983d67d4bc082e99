import type { ClientBase } from 'pg';
import { textArray } from '../postgres/index.js';

/** The event that an idempotency key was first used for. */
export interface KeyedEvent {
  project: string | null;
  idempotency_key: string;
  position: number;
  event_id: string;
  type: string;
  /** Null once erased. */
  data: string | null;
}

export async function findIdempotencyKeys(
  client: ClientBase,
  keys: readonly { project: string | null; idempotencyKey: string }[],
): Promise<KeyedEvent[]> {
  const { rows } = await client.query<KeyedEvent>({
    name: 'find-idempotency-keys',
    text: `
      SELECT e.project, e.idempotency_key, e.position, e.event_id, e.type, e.data
      FROM unnest($1::text[], $2::text[]) AS k (project, key)
      JOIN log.events e ON e.project = k.project AND e.idempotency_key = k.key`,
    values: [textArray(keys.map((key) => key.project)), textArray(keys.map((key) => key.idempotencyKey))],
  });
  return rows;
}
