/** The tasks of all projects or of one, newest first, live. */

import type { TaskSummary } from '@att/contracts';
import { type Accessor, createEffect, createMemo } from 'solid-js';
import type { Answer } from '../api/make-client';
import { createSnapshot } from '../live/create-snapshot';
import { useLive } from '../live/live-context';
import type { SnapshotSource } from '../live/make-snapshot';
import { createLoadMore } from './create-load-more';
import { loadWindow } from './load-window';
import { foldTasks, joinPages, type TaskFilter, type TaskList, type TaskRow } from './task-list';

export const TASK_PAGE = 50;
/** Rows that are asked for again, as tasks may have left the list while it was read. */
const OVERLAP = 10;

export function createTasks(filter: Accessor<TaskFilter>, page = TASK_PAGE) {
  const { client, feed, noteEvent } = useLive();

  function fetchPage(
    { project, statuses }: TaskFilter,
    query: { limit: number; offset: number; min_position: number | undefined },
    signal: AbortSignal,
  ): Promise<Answer<TaskSummary[]>> {
    const status = statuses.length === 0 ? undefined : statuses.join(',');
    return project === undefined
      ? client.read('listTasks', { query: { ...query, status }, signal })
      : client.read('listProjectTasks', { params: { name: project }, query: { ...query, status }, signal });
  }

  const source = createMemo((): SnapshotSource<TaskList> => {
    const wanted = filter();
    return {
      load: (minPosition, signal, previous) =>
        loadWindow(
          Math.max(page, previous?.rows.length ?? 0),
          (limit, offset) => fetchPage(wanted, { limit, offset, min_position: minPosition }, signal),
          (rows): TaskRow[] => rows,
        ),
      fold: (list, changes) => foldTasks(list, wanted, changes),
      tasks: (list) => list.rows,
    };
  });
  const snapshot = createSnapshot(feed, source);

  const more = createLoadMore(async (signal) => {
    const wanted = filter();
    const offset = Math.max(0, (snapshot.data()?.rows.length ?? 0) - OVERLAP);
    const query = { limit: TASK_PAGE, offset, min_position: feed.head() };
    const answer = await fetchPage(wanted, query, signal);
    // Another filter was chosen in the meantime: these rows are not its.
    if (wanted !== filter()) return;
    snapshot.update((list) => ({ ...list, rows: joinPages(list.rows, answer.body) }));
  });

  createEffect(() => {
    const rows = snapshot.data()?.rows ?? [];
    noteEvent(rows[0]?.updated_at);
  });

  return { ...snapshot, more };
}
