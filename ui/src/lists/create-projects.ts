/** The projects, newest first, live. */
import { createEffect, createMemo } from 'solid-js';
import { createSnapshot } from '../live/create-snapshot';
import { useLive } from '../live/live-context';
import type { SnapshotSource } from '../live/make-snapshot';
import { createLoadMore } from './create-load-more';
import { loadWindow } from './load-window';
import { foldProjects, type ProjectList, projectRows } from './project-list';

const PAGE = 100;
/** Rows that are asked for again, as the list may have grown shorter at its other end. */
const OVERLAP = 10;

export function createProjects() {
  const { client, feed, noteEvent } = useLive();

  const source: SnapshotSource<ProjectList> = {
    load: (minPosition, signal, previous) =>
      loadWindow(
        Math.max(PAGE, previous?.rows.length ?? 0),
        (limit, offset) =>
          client.read('listProjects', { query: { limit, offset, min_position: minPosition }, signal }),
        projectRows,
      ),
    fold: foldProjects,
  };
  const snapshot = createSnapshot(feed, () => source);

  const more = createLoadMore(async (signal) => {
    const offset = Math.max(0, (snapshot.data()?.rows.length ?? 0) - OVERLAP);
    const answer = await client.read('listProjects', {
      query: { limit: PAGE, offset, min_position: feed.head() },
      signal,
    });
    const added = projectRows(answer.body, answer.position);
    snapshot.update((list) => {
      const present = new Set(list.rows.map((row) => row.name));
      return { ...list, rows: [...list.rows, ...added.filter((row) => !present.has(row.name))] };
    });
  });

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
