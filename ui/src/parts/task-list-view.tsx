/** List of tasks with filter, rows and a button for more. An empty list and a filter without a match have different notices. */
import { useNavigate, useSearchParams } from '@solidjs/router';
import { createMemo, Show } from 'solid-js';
import { createTasks } from '../lists/create-tasks';
import type { TaskFilter } from '../lists/task-list';
import { text } from '../text';
import { Loaded, SkeletonRows } from './loaded';
import { MoreButton } from './more-button';
import { NoMatch, NoTasksYet } from './notices';
import { StatusFilter, statusesOf } from './status-filter';
import { TaskRows } from './task-rows';

export function TaskListView(props: { path: string; project?: string }) {
  const [search] = useSearchParams<{ status: string | string[] }>();
  const navigate = useNavigate();
  const chosen = createMemo(() => [search.status ?? []].flat().join(',') || undefined);
  const filter = createMemo<TaskFilter>(() => ({ project: props.project, statuses: statusesOf(chosen()) }));
  const tasks = createTasks(filter);

  return (
    <>
      <div class="mb-3 flex flex-wrap items-center justify-between gap-x-4">
        <StatusFilter path={props.path} chosen={chosen()} />
        <Show when={tasks.data()}>
          {(list) => (
            <p class="text-xs text-faint">
              {text.tasks.shown(list().rows.length, Math.max(list().rows.length, list().total))}
            </p>
          )}
        </Show>
      </div>
      <Loaded view={tasks} skeleton={<SkeletonRows rows={10} />}>
        {(list) => (
          <div classList={{ 'opacity-60': tasks.pending() }}>
            <Show
              when={list().rows.length > 0}
              fallback={
                <Show when={!tasks.pending()}>
                  <Show when={chosen() !== undefined} fallback={<NoTasksYet />}>
                    <NoMatch onClear={() => navigate(props.path)} />
                  </Show>
                </Show>
              }
            >
              <TaskRows
                rows={list().rows}
                label={text.tasks.title}
                showProject={props.project === undefined}
              />
              <Show when={list().rows.length < list().total}>
                <MoreButton more={tasks.more} />
              </Show>
            </Show>
          </div>
        )}
      </Loaded>
    </>
  );
}
