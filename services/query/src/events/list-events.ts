/** Lists of events: the whole log, or one task's. */
import type { AsOf } from '@att/contracts';
import { cutPage, type Order, type PageRequest, pageAsOf, pageRequest } from '@att/platform/paging';
import type { Reader } from '../database/reader.js';
import { positionAhead } from '../problems.js';
import { isDropped, type ReadModel } from '../read-model/read-model.js';
import { positionHeader } from '../read-model/snapshot.js';
import { type EventFilter, type EventRange, hasFields, isUnfiltered } from './event-range.js';
import { type EventRow, eventJson } from './event-row.js';
import { narrowRange } from './narrow-range.js';
import { type EventPage, type EventPageRequest, selectEvents } from './select-events.js';

export interface EventListQuery extends EventFilter {
  after: number;
  limit: number;
  offset?: number | undefined;
  cursor?: string | undefined;
  min_position?: number | undefined;
  as_of?: AsOf | undefined;
  sort: 'position' | '-position';
  data?: 'text' | undefined;
}

const BY_POSITION: Order = {
  key: 'position',
  id: 'position',
  type: 'bigint',
  isDescending: false,
  isNullable: false,
};

export async function listEvents(
  log: Reader,
  models: ReadModel,
  { query, target, signal }: { query: EventListQuery; target: string; signal: AbortSignal },
) {
  const { after, limit, offset, cursor, min_position, as_of, sort, data, ...filter } = query;
  const page = pageRequest({ limit, offset, cursor }, BY_POSITION, target);
  const { asOf, asOfParameter } = pageAsOf(page, as_of);
  const resolved = asOf === undefined ? undefined : await models.resolveAsOf(asOf);
  const at = resolved?.position;
  const needed = Math.max(min_position ?? 0, at ?? 0, after, page.cursor?.key[1] ?? 0);
  const checkAnswer = await models.expect(needed, signal);
  const isDescending = sort === '-position';
  const requested = besideCursor({ after, until: at }, page, isDescending);
  const range = await narrowRange(log, requested, filter);
  const { head, epoch, events, matched } = await withIndex(log, models, {
    range,
    filter,
    limit: page.limit + 1,
    offset: page.offset,
    isBackwards: isDescending !== (page.cursor?.direction === 'prev'),
  });
  checkAnswer({ epoch, position: head });
  if (min_position !== undefined && min_position > head)
    throw positionAhead(min_position, head, 'min_position');
  if (at !== undefined && at > head) throw positionAhead(at, head, asOfParameter);

  const rows = events.map((event) => ({ key: [event.position, event.position] as [number, number], event }));
  const cut = cutPage(rows, page, { at: at ?? null, epoch }, target, matched);
  // A total with a filter would need a scan of the log. Without one it is the head's position, as positions are gapless.
  const isWhole = after === 0 && isUnfiltered(filter);
  const total: Record<string, string> = isWhole ? { 'X-Total-Count': String(at ?? head) } : {};
  const position = at ?? head;
  return {
    headers: { ...positionHeader(position), ...total, ...cut.headers },
    etag: resolved?.isClosed === false ? undefined : { epoch, position },
    json: `[${cut.rows.map(({ event }: { event: EventRow }) => eventJson(event, data ?? 'json')).join(',')}]`,
  };
}

/** Part of the range that is before or after the cursor's row, as the cursor says. */
function besideCursor(range: EventRange, { cursor }: PageRequest, isDescending: boolean): EventRange {
  if (cursor === undefined) return range;
  const [, position] = cursor.key;
  return (cursor.direction === 'next') !== isDescending
    ? { ...range, after: Math.max(range.after, position) }
    : { ...range, until: Math.min(range.until ?? position, position - 1) };
}

/** Page of events, by the index where there is one, else by a scan of the log. */
async function withIndex(
  log: Reader,
  models: ReadModel,
  request: Omit<EventPageRequest, 'index'>,
): Promise<EventPage> {
  const index = hasFields(request.filter) ? await models.activeGeneration('events') : undefined;
  try {
    const page = await selectEvents(log, { ...request, index });
    // An index that is not active any more gives right answers, as the log after its checkpoint is scanned; but that part grows.
    if (index !== undefined && !page.isIndexActive) models.forget('events');
    return page;
  } catch (error) {
    if (!isDropped(error)) throw error;
    models.forget('events');
    return selectEvents(log, { ...request, index: await models.activeGeneration('events') });
  }
}
