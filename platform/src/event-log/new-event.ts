/** Event as a writer hands it to the log, which adds everything else. */
export interface NewEvent {
  type: string;
  project: string | null;
  taskId: string | null;
  agent: string | null;
  /** The sender's clock, in wire form. */
  occurredAt: string | null;
  actor: string;
  /** The payload as sent: UTF-8 of valid JSON without NUL and lone surrogates. */
  payload: Buffer;
  /** Unique in its project for ever. */
  idempotencyKey: string | null;
}

/** Outcome of an append for one event. */
export type Appended =
  | { outcome: 'stored' | 'duplicate'; position: number; eventId: string }
  /** The idempotency key was used before, at this position, for something else. */
  | { outcome: 'conflict'; position: number };
