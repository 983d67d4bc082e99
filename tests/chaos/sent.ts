/** What a sender knows of each report that it sent. */
import type { WebhookKind } from '@att/contracts';

/** What became of one try to send a report. */
export type Outcome =
  /** 2xx: it stands at this position for ever. */
  | { is: 'acknowledged'; position: number; eventId: string; duplicate: boolean }
  /** The server said, or the connection's refusal shows, that nothing was stored. */
  | { is: 'refused' }
  /** Nobody said: the connection broke, or the server did not know either. */
  | { is: 'unknown' };

export interface SentReport {
  /** Stands in its metadata, and tells it from every other report. */
  mark: string;
  kind: WebhookKind;
  project: string;
  taskId: string;
  /** The payload as the log must keep it. */
  text: string;
  key: string | undefined;
  outcomes: Outcome[];
}

/** Reports that travelled in one request: stored together, or not at all. */
export type SentTogether = readonly SentReport[];
