/** Columns of `log.events` as its readers select them, in one place for all statements. */
import type { HashedEvent, LogEvent, ProvenEvent } from './event.js';

/** SQL of each field of an event. */
const EVENT_FIELDS: Record<keyof LogEvent, string> = {
  position: 'position',
  event_id: 'event_id',
  type: 'type',
  project: 'project',
  task_id: 'task_id',
  agent: 'agent',
  occurred_at: 'occurred_at',
  recorded_at: 'recorded_at',
  actor: 'actor',
  data_text: 'data',
};

/** SQL of each hash of an event. */
const HASH_FIELDS: Record<Exclude<keyof HashedEvent, keyof LogEvent>, string> = {
  data_hash: `encode(data_hash, 'hex')`,
  hash: `encode(hash, 'hex')`,
};

/** SQL of each field that proves an event. */
const PROOF_FIELDS: Record<Exclude<keyof ProvenEvent, keyof LogEvent>, string> = {
  salt: `encode(salt, 'hex')`,
  ...HASH_FIELDS,
};

/** Fields of an event, in the order in which statements give them. */
const EVENT_FIELD_NAMES = Object.keys(EVENT_FIELDS) as (keyof LogEvent)[];

const selected = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([field, sql]) => (field === sql ? field : `${sql} AS ${field}`))
    .join(', ');

/** SQL of the hash at a position of the log, in lower-case hex; null where the log has no event there. */
export const hashAt = (position: string): string =>
  `(SELECT encode(hash, 'hex') FROM log.events WHERE log.events.position = ${position})`;

/** Select list of a `LogEvent`. */
export const EVENT_COLUMNS = selected(EVENT_FIELDS);

/** Select list of a `HashedEvent`. */
export const HASHED_EVENT_COLUMNS = selected({ ...EVENT_FIELDS, ...HASH_FIELDS });

/** Select list of a `ProvenEvent`. */
export const PROVEN_EVENT_COLUMNS = selected({ ...EVENT_FIELDS, ...PROOF_FIELDS });

/** Select list of a `LogEvent` from a subquery that selected `EVENT_COLUMNS`. */
export const eventColumnsOf = (subquery: string): string =>
  EVENT_FIELD_NAMES.map((field) => `${subquery}.${field}`).join(', ');

/** Select list of a row that is no event, but is in a UNION with events. */
export const inEventColumns = (fields: Record<keyof LogEvent, string>): string =>
  EVENT_FIELD_NAMES.map((field) => fields[field]).join(', ');
