/** Range and filter of a list of events. */
import type { Parameter } from '@att/platform/paging';
import { INDEXED_FIELDS, SQL_HAPPENED_AT } from '@att/platform/projections';

/** Filter of events; an absent field matches any event. */
export interface EventFilter {
  project?: string | undefined;
  task_id?: string | undefined;
  agent?: string | undefined;
  actor?: string | undefined;
  type?: string | undefined;
  /** Bounds of the recorded time, both included. */
  from?: string | undefined;
  to?: string | undefined;
  /** Bounds of the time at which the event happened, both included. */
  occurred_from?: string | undefined;
  occurred_to?: string | undefined;
}

/** Range of positions: after `after`, up to and including `until`, or the head. */
export interface EventRange {
  after: number;
  until: number | undefined;
}

export function isUnfiltered(filter: EventFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}

/** True when the index by field can narrow the filter. */
export function hasFields(filter: EventFilter): boolean {
  return hasDays(filter) || INDEXED_FIELDS.some((field) => filter[field] !== undefined);
}

/** True for a filter by the time at which events happened, which does not follow from their positions. */
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
