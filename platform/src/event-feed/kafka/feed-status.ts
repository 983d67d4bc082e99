import type { FeedStatus } from '../event-feed.js';
import type { LogReason } from './source-choice.js';

/** Words for each reason to read the database although brokers are configured. */
const REASONS: Record<LogReason, FeedStatus> = {
  far: 'read from the database: far behind the end of the log',
  starting: 'read from the database until the topic has shown as much',
  late: { degraded: 'read from the database: the topic is behind the log' },
  lost: { degraded: 'read from the database: the topic lacks events' },
  full: { degraded: 'read from the database: one partition of the topic is far behind the others' },
  away: { degraded: 'read from the database: the topic cannot be read' },
};

/** @param reasons of each reader; undefined for one that reads the topic */
export function feedStatus(reasons: readonly (LogReason | undefined)[]): FeedStatus {
  if (reasons.length === 0) return 'the event feed has no reader';
  const states = new Set(
    reasons.map((reason): FeedStatus => (reason === undefined ? 'read from the topic' : REASONS[reason])),
  );
  const text = [...states].map((state) => (typeof state === 'string' ? state : state.degraded)).join('; ');
  return [...states].every((state) => typeof state === 'string') ? text : { degraded: text };
}
