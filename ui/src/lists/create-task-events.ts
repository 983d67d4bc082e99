/** Events of one task, live at their newest end. */
import { eventSchema } from '@att/contracts';
import { createSnapshot } from '../live/create-snapshot';
import { useLive } from '../live/live-context';
import type { SnapshotSource } from '../live/make-snapshot';
import { createLoadMore } from './create-load-more';
import { keyOfTask } from './task-detail';
import { type EventRow, eventRow, foldEvents, joinEvents, type TaskEvents } from './task-events';

/** Payloads may be large, so pages are small. */
const PAGE = 100;
/** Rows that are fetched without a click. */
const FIRST = 300;

export function createTaskEvents(project: string, taskId: string) {
  const { client, feed } = useLive();
  const key = keyOfTask(project, taskId);

  async function fetchPage(after: number, signal: AbortSignal) {
    const { body, position } = await client.read('listEvents', {
      query: { project, task_id: taskId, after, limit: PAGE },
      signal,
    });
    const rows = body.map((event) => eventRow(eventSchema.parse(event)));
    return { rows, complete: body.length < PAGE, position };
  }

  const source: SnapshotSource<TaskEvents> = {
    // The log itself is never behind the feed, so there is no position to wait for.
    async load(_minPosition, signal, previous) {
      const wanted = Math.max(FIRST, previous?.rows.length ?? 0);
      let rows: EventRow[] = [];
      for (;;) {
        const page = await fetchPage(rows.at(-1)?.position ?? 0, signal);
        rows = joinEvents(rows, page.rows);
        if (page.complete || rows.length >= wanted) {
          return { data: { rows, complete: page.complete }, position: page.position };
        }
      }
    },
    fold: (events, changes) => foldEvents(events, key, changes),
  };
  const snapshot = createSnapshot(feed, () => source);

  const more = createLoadMore(async (signal) => {
    const page = await fetchPage(snapshot.data()?.rows.at(-1)?.position ?? 0, signal);
    snapshot.update((events) => ({ rows: joinEvents(events.rows, page.rows), complete: page.complete }));
    // Changes during the fetch are not in the page, and were not folded, since the list was not complete.
    if (page.complete) snapshot.update((events) => ({ ...events, ...caughtUp(events, page.position) }));
  });

  function caughtUp(events: TaskEvents, position: number): TaskEvents {
    return foldEvents(events, key, feed.changesAfter(position) ?? []).data;
  }

  /** Fetches the whole payload of a row that was made from a frame. */
  async function complete(position: number): Promise<void> {
    const { body } = await client.read('getEvent', { params: { position } });
    const full = eventRow(eventSchema.parse(body));
    snapshot.update((events) => ({
      ...events,
      rows: events.rows.map((row) => (row.position === position ? full : row)),
    }));
  }

  return { ...snapshot, more, complete };
}
