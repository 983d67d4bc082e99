/** Range of positions narrowed by bounds of the recorded time. */
import type { Reader } from '../database/reader.js';
import type { EventFilter, EventRange } from './event-range.js';
import { selectLastBefore } from './select-last-before.js';

/** @param range that was requested */
export async function narrowRange(
  reader: Reader,
  range: EventRange,
  filter: EventFilter,
): Promise<EventRange> {
  const [lastBefore, last] = await Promise.all([
    filter.from === undefined ? undefined : selectLastBefore(reader, filter.from, false),
    filter.to === undefined ? undefined : selectLastBefore(reader, filter.to, true),
  ]);
  // When the head is before `to`, the next events may be, too: then the range has no end.
  const end = last === undefined || last.position === last.head ? Number.MAX_SAFE_INTEGER : last.position;
  return {
    after: Math.max(range.after, lastBefore?.position ?? 0),
    until: Math.min(range.until ?? Number.MAX_SAFE_INTEGER, end),
  };
}
