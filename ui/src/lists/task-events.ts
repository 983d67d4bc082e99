/** Events of one task, in the order of the log. */
import type { Event } from '@att/contracts';
import type { Change } from '../live/change';
import type { Folded } from './fold';

export interface EventRow {
  position: number;
  type: string;
  agent: string | null;
  occurred_at: string | null;
  recorded_at: string;
  /** Null once the payload was erased. */
  data: unknown;
  /** False for a row made from a frame, which has only the known fields of the payload. */
  full: boolean;
}

export interface TaskEvents {
  rows: readonly EventRow[];
  /** False while the log has more events of this task after the last row. */
  complete: boolean;
}

export function eventRow(event: Event): EventRow {
  const { position, type, agent, occurred_at, recorded_at, data } = event;
  return { position, type, agent, occurred_at, recorded_at, data, full: true };
}

/** Adds changes behind the newest row. A list without that row takes none: they would leave a hole that nobody sees. */
export function foldEvents(events: TaskEvents, key: string, changes: readonly Change[]): Folded<TaskEvents> {
  if (!events.complete) return { data: events, inexactAt: 0 };
  const last = events.rows.at(-1)?.position ?? 0;
  const added = changes.filter((change) => change.key === key && change.position > last).map(rowOfChange);
  return {
    data: added.length === 0 ? events : { ...events, rows: [...events.rows, ...added] },
    inexactAt: 0,
  };
}

function rowOfChange({ event }: Change): EventRow {
  const { position, type, agent, occurred_at, recorded_at, data } = event;
  return { position, type, agent, occurred_at, recorded_at, data, full: false };
}

/** Joins two pages where the first ends. */
export function joinEvents(first: readonly EventRow[], second: readonly EventRow[]): EventRow[] {
  const last = first.at(-1)?.position ?? 0;
  return [...first, ...second.filter((row) => row.position > last)];
}
