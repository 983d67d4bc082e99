import type { RouteHandlers } from '@att/platform/http';
import type { Reader } from '../database/reader.js';
import { noSuchEvent, positionAhead } from '../problems.js';
import { positionHeader } from '../read-model/headers.js';
import type { ReadModel } from '../read-model/read-model.js';
import { eventJson } from './event-row.js';
import { narrowRange } from './narrow-range.js';
import { isUnfiltered, readPage } from './read-page.js';
import { selectEvent } from './select-event.js';

/** @param models tell where a task's events begin; the answers come from the log alone */
export function eventRoutes(
  reader: Reader,
  models: ReadModel,
): Pick<RouteHandlers, 'listEvents' | 'getEvent'> {
  return {
    async listEvents({
      query: { data, limit, offset = 0, after, min_position, as_of: _, cursor: __, ...filter },
    }) {
      const range = await narrowRange(reader, models, after, filter);
      const { head, events } = await readPage(reader, range, filter, { offset, limit });
      refuseAhead(min_position, head);
      const json = events.map((event) => eventJson(event, data ?? 'json'));
      // Counting what a filter leaves would mean to scan the log; the whole has as many events as its head says.
      const isWhole = after === 0 && isUnfiltered(filter);
      const total: Record<string, string> = isWhole ? { 'X-Total-Count': String(head) } : {};
      return { headers: { ...positionHeader(head), ...total }, json: `[${json.join(',')}]` };
    },
    async getEvent({ params: { position }, query: { data, min_position } }) {
      const { head, event } = await selectEvent(reader, position);
      refuseAhead(min_position, head);
      if (event === undefined) throw noSuchEvent(position, head);
      return { headers: positionHeader(head), json: eventJson(event, data ?? 'json') };
    },
  };
}

/** What is read from the log itself has every position that the log has: there is nothing to wait for. */
function refuseAhead(minPosition: number | undefined, head: number): void {
  if (minPosition !== undefined && minPosition > head) throw positionAhead(minPosition, head);
}
