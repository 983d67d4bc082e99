import type { Reader } from '../database/reader.js';
import type { EventFilter, EventRange } from './event-range.js';
import { type EventPage, selectEvents } from './select-events.js';
import { selectSkipped } from './select-skipped.js';

/** A page of the log behind the first `offset` events that the range and the filter leave. */
export async function readPage(
  reader: Reader,
  range: EventRange,
  filter: EventFilter,
  { offset, limit }: { offset: number; limit: number },
): Promise<EventPage> {
  if (offset === 0) return selectEvents(reader, range, filter, limit);
  // Positions are gapless: without a filter the place to go on from is known and nothing is scanned.
  if (isUnfiltered(filter)) {
    const after = Math.min(range.after + offset, Number.MAX_SAFE_INTEGER);
    return selectEvents(reader, { ...range, after }, filter, limit);
  }
  const { head, count, last } = await selectSkipped(reader, range, filter, offset);
  if (count < offset) return { head, events: [] };
  return selectEvents(reader, { ...range, after: last }, filter, limit);
}

export function isUnfiltered(filter: EventFilter): boolean {
  return Object.values(filter).every((value) => value === undefined);
}
