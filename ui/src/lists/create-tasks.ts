/** Tasks of all projects or of one, newest first, live. */
import type { TaskSummary } from '@att/contracts';
import { type Accessor, createComputed, createEffect, createMemo, on, untrack } from 'solid-js';
import type { Answer } from '../api/make-client';
import { createSnapshot } from '../live/create-snapshot';
import { useLive } from '../live/live-context';
import type { SnapshotSource } from '../live/make-snapshot';
import { createWindow } from './create-window';
import { loadWindow, type PageQuery } from './load-window';
import { foldTasks, type TaskFilter, type TaskList, type TaskRow } from './task-list';

const PAGE = 50;

/** @param first number of rows to begin with */
export function createTasks(filter: Accessor<TaskFilter>, first = PAGE) {
  const { client, feed, noteEvent } = useLive();

  const source = createMemo((): SnapshotSource<TaskList> => {
    const wanted = filter();
    return {
      load: (minPosition, signal) =>
        loadWindow(
          untrack(more.size),
          minPosition,
          (page) => fetchPage(wanted, page, signal),
          (rows): TaskRow[] => rows,
        ).finally(more.settled),
      fold: (list, changes) => foldTasks(list, wanted, changes, untrack(more.size)),
      tasks: (list) => list.rows,
    };
  });
  const more = createWindow(first, PAGE, () => snapshot.reload());
  // A computed runs before the effect that fetches the list of the new filter.
  createComputed(on(filter, more.reset, { defer: true }));
  const snapshot = createSnapshot(feed, source);

  function fetchPage(
    { project, statuses }: TaskFilter,
    page: PageQuery,
    signal: AbortSignal,
  ): Promise<Answer<TaskSummary[]>> {
    const query = { ...page, status: statuses.length === 0 ? undefined : statuses.join(',') };
    return project === undefined
      ? client.read('listTasks', { query, signal })
      : client.read('listProjectTasks', { params: { name: project }, query, signal });
  }

  createEffect(() => noteEvent(snapshot.data()?.rows[0]?.updated_at));

  return { ...snapshot, more };
}
