/** Which part of the log is asked for. */
import type { Parameter } from '@att/platform/paging';
import { INDEXED_FIELDS, SQL_HAPPENED_AT } from '@att/platform/projections';

/** What an event must be; an absent field lets any event pass. */
export interface EventFilter {
  project?: string | undefined;
  task_id?: string | undefined;
  agent?: string | undefined;
  actor?: string | undefined;
  type?: string | undefined;
  /** Recorded times, both included. */
  from?: string | undefined;
  to?: string | undefined;
  /** Times at which it happened, both included. */
  occurred_from?: string | undefined;
  occurred_to?: string | undefined;
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
  return hasDays(filter) || INDEXED_FIELDS.some((field) => filter[field] !== undefined);
}

/** Whether events are asked for by when they happened, which their positions don't tell. */
export function hasDays({ occurred_from, occurred_to }: EventFilter): boolean {
  return occurred_from !== undefined || occurred_to !== undefined;
}

/** SQL conditions on the columns of `log.events`. */
export function eventConditions(filter: EventFilter, parameter: Parameter): string {
  const fields = INDEXED_FIELDS.filter((field) => filter[field] !== undefined);
  const bound = (column: string, operator: '>=' | '<=', time: string | undefined) =>
    time === undefined ? '' : ` AND ${column} ${operator} ${parameter(time, 'timestamptz')}`;
  return [
    ...fields.map((field) => ` AND ${field} = ${parameter(filter[field], 'text')}`),
    bound('recorded_at', '>=', filter.from),
    bound('recorded_at', '<=', filter.to),
    bound(SQL_HAPPENED_AT, '>=', filter.occurred_from),
    bound(SQL_HAPPENED_AT, '<=', filter.occurred_to),
  ].join('');
}
