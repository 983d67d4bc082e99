/** Reports that a sender sent, with their outcomes. */
import type { WebhookKind } from '@att/contracts';

/** Outcome of one attempt to send a report. */
export type Outcome =
  /** Answered with 2xx: it stays at this position for ever. */
  | { is: 'acknowledged'; position: number; eventId: string; duplicate: boolean }
  /** Not stored, by the server's answer or because the connection was refused. */
  | { is: 'refused' }
  /** Stored or not: the connection broke, or the server did not know. */
  | { is: 'unknown' };

export interface SentReport {
  /** Unique text in the metadata, by which the report is found in the log. */
  mark: string;
  kind: WebhookKind;
  project: string;
  taskId: string;
  /** The payload as the log must keep it. */
  text: string;
  key: string | undefined;
  outcomes: Outcome[];
}

/** Reports that were sent in one request: all are stored, or none. */
export type SentRequest = readonly SentReport[];
