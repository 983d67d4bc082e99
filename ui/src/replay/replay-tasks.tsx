/** Tasks at the playhead: active ones first, each group newest first. */
import { isActive, type TaskState } from '@att/contracts';
import { createMemo, For, Show } from 'solid-js';
import { taskKey } from '../live/change';
import { Progress } from '../parts/progress';
import { SenderText } from '../parts/sender-text';
import { StatusBadge } from '../parts/status-badge';
import { TaskDuration } from '../parts/task-duration';
import { replayHref } from './address';
import { replayText } from './replay-text';
import type { World } from './world';

/** Most rows on the page. */
const SHOWN = 40;

export function ReplayTasks(props: { world: World; position: number }) {
  const byKey = createMemo(
    () =>
      new Map(
        [...props.world.tasks.values()]
          .sort(activeFirst)
          .slice(0, SHOWN)
          .map((task) => [taskKey(task), task]),
      ),
  );
  const keys = createMemo(() => [...byKey().keys()]);
  return (
    <Show when={keys().length > 0} fallback={<p class="py-3 text-soft">{replayText.tasks.none}</p>}>
      <ul class="border-t border-line" aria-label={replayText.tasks.title}>
        <For each={keys()}>
          {(key) => (
            <Row
              task={byKey().get(key)}
              position={props.position}
              showProject={props.world.scope.project === undefined}
            />
          )}
        </For>
      </ul>
      <Show when={props.world.counts.total > keys().length}>
        <p class="py-3 text-xs text-faint">
          {replayText.tasks.more(keys().length, props.world.counts.total)}
        </p>
      </Show>
    </Show>
  );
}

/** Order by activity and id, so that a row moves only when its task starts or ends, and not with every report. */
function activeFirst(a: TaskState, b: TaskState): number {
  return Number(isActive(b)) - Number(isActive(a)) || b.id - a.id;
}

function Row(props: { task: TaskState | undefined; position: number; showProject: boolean }) {
  return (
    <Show when={props.task}>
      {(task) => (
        <li class="row-apart border-b border-line">
          <a
            href={replayHref({
              scope: { project: task().project, taskId: task().task_id },
              at: props.position,
            })}
            class="grid min-h-12 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 py-2 hover:bg-hover sm:grid-cols-[7.5rem_minmax(0,1fr)_7rem_4rem] sm:py-1.5"
          >
            <span class="order-3 flex min-w-0 sm:order-none">
              <StatusBadge task={task()} />
            </span>
            <span class="col-span-2 min-w-0 sm:col-span-1">
              <SenderText class="block truncate font-medium" value={task().title} titled />
              <span class="block truncate text-xs text-faint">
                <Show when={props.showProject}>
                  <SenderText value={task().project} />
                  {' · '}
                </Show>
                <SenderText value={task().agent} />
                <Show when={task().error_message ?? task().message}>
                  {(detail) => (
                    <>
                      {' · '}
                      <SenderText value={detail()} />
                    </>
                  )}
                </Show>
              </span>
            </span>
            <span class="hidden sm:block">
              <Progress task={task()} />
            </span>
            <span class="order-4 text-right text-xs text-soft sm:order-none sm:text-sm">
              <TaskDuration task={task()} />
            </span>
          </a>
        </li>
      )}
    </Show>
  );
}
