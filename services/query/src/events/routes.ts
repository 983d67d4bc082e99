import type { RouteHandlers } from '@att/platform/http';
import type { Reader } from '../database/reader.js';
import { noSuchEvent } from '../problems.js';
import { positionHeader } from '../read-model/headers.js';
import type { ReadModel } from '../read-model/read-model.js';
import { eventJson } from './event-row.js';
import { narrowRange } from './narrow-range.js';
import { selectEvent } from './select-event.js';
import { type EventFilter, selectEvents } from './select-events.js';

/** @param models tell where a task's events begin; the answers come from the log alone */
export function eventRoutes(
  reader: Reader,
  models: ReadModel,
): Pick<RouteHandlers, 'listEvents' | 'getEvent'> {
  return {
    async listEvents({ query: { data, limit, after, ...filter } }) {
      const range = await narrowRange(reader, models, after, filter);
      const { head, events } = await selectEvents(reader, range, filter, limit);
      const json = events.map((event) => eventJson(event, data ?? 'json'));
      const total: Record<string, string> = isWhole(after, filter) ? { 'X-Total-Count': String(head) } : {};
      return { headers: { ...positionHeader(head), ...total }, json: `[${json.join(',')}]` };
    },
    async getEvent({ params: { position }, query: { data } }) {
      const { head, event } = await selectEvent(reader, position);
      if (event === undefined) throw noSuchEvent(position, head);
      return { headers: positionHeader(head), json: eventJson(event, data ?? 'json') };
    },
  };
}

/** Counting what a filter leaves would mean to scan the log; the whole has as many events as its head says. */
function isWhole(after: number, filter: EventFilter): boolean {
  return after === 0 && Object.values(filter).every((value) => value === undefined);
}
