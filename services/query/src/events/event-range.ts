/** Which part of the log is asked for. */
import type { Parameter } from '@att/platform/paging';
import { INDEXED_FIELDS } from '@att/platform/projections';

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

export function isUnfiltered(filter: EventFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}

/** Whether the index by field has anything to say. */
export function hasFields(filter: EventFilter): boolean {
  return INDEXED_FIELDS.some((field) => filter[field] !== undefined);
}

/** SQL conditions on the fields of `log.events`; times are of no use to the index, which knows chunks alone. */
export function eventConditions(filter: EventFilter, parameter: Parameter): string {
  const fields = INDEXED_FIELDS.filter((field) => filter[field] !== undefined);
  return [
    ...fields.map((field) => ` AND ${field} = ${parameter(filter[field], 'text')}`),
    filter.from === undefined ? '' : ` AND recorded_at >= ${parameter(filter.from, 'timestamptz')}`,
    filter.to === undefined ? '' : ` AND recorded_at <= ${parameter(filter.to, 'timestamptz')}`,
  ].join('');
}
