/** Which part of the log is asked for. */
import type { Parameter } from '../paging/keyset.js';

/** What an event must be; an absent field lets any event pass. */
export interface EventFilter {
  project?: string | undefined;
  task_id?: string | undefined;
  agent?: string | undefined;
  type?: string | undefined;
  /** Recorded times, both included. */
  from?: string | undefined;
  to?: string | undefined;
}

/** The part of the log to look through: behind `after`, up to and with `until` or the head. */
export interface EventRange {
  after: number;
  until: number | undefined;
}

const FIELDS = ['project', 'task_id', 'agent', 'type'] as const;

export function isUnfiltered(filter: EventFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}

/** Whether the index by field has anything to say. */
export function hasFields(filter: EventFilter): boolean {
  return FIELDS.some((field) => filter[field] !== undefined);
}

/** SQL conditions on the fields that the index has too. */
export function fieldConditions(filter: EventFilter, parameter: Parameter): string {
  return FIELDS.filter((field) => filter[field] !== undefined)
    .map((field) => ` AND ${field} = ${parameter(filter[field], 'text')}`)
    .join('');
}
