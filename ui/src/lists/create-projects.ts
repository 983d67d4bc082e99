/** Projects, newest first, live. */
import { createEffect, createMemo } from 'solid-js';
import { createSnapshot } from '../live/create-snapshot';
import { useLive } from '../live/live-context';
import type { SnapshotSource } from '../live/make-snapshot';
import { createWindow } from './create-window';
import { loadWindow } from './load-window';
import { foldProjects, type ProjectList, projectRows } from './project-list';

const PAGE = 200;

export function createProjects() {
  const { client, feed, noteEvent } = useLive();
  const more = createWindow(PAGE, PAGE, () => snapshot.reload());

  const source: SnapshotSource<ProjectList> = {
    load: (minPosition, signal) =>
      loadWindow(
        more.size(),
        minPosition,
        (query) => client.read('listProjects', { query, signal }),
        projectRows,
      ).finally(more.settled),
    fold: foldProjects,
  };
  const snapshot = createSnapshot(feed, () => source);

  const newest = createMemo(() =>
    snapshot
      .data()
      ?.rows.reduce<string | undefined>(
        (last, row) => (last === undefined || last < row.updated_at ? row.updated_at : last),
        undefined,
      ),
  );
  createEffect(() => noteEvent(newest()));

  return { ...snapshot, more };
}
