/** The tasks of the moment that is shown: those at work first, each group newest first. */
import { isActive, type TaskState } from '@att/contracts';
import { createMemo, Show } from 'solid-js';
import { TaskRows } from '../parts/task-rows';
import { replayHref } from './address';
import { replayText } from './replay-text';
import type { World } from './world';

/** Rows on the page. */
const SHOWN = 40;

export function ReplayTasks(props: { world: World; position: number }) {
  const rows = createMemo(() => [...props.world.tasks.values()].sort(atWorkFirst).slice(0, SHOWN));
  return (
    <Show when={rows().length > 0} fallback={<p class="py-3 text-soft">{replayText.tasks.none}</p>}>
      <TaskRows
        rows={rows()}
        label={replayText.tasks.title}
        showProject={props.world.scope.project === undefined}
        href={({ project, task_id }) =>
          replayHref({ scope: { project, taskId: task_id }, at: props.position })
        }
      />
      <Show when={props.world.counts.total > rows().length}>
        <p class="py-3 text-xs text-faint">
          {replayText.tasks.more(rows().length, props.world.counts.total)}
        </p>
      </Show>
    </Show>
  );
}

/** A row moves only when its task starts or ends, and not with every report. */
function atWorkFirst(a: TaskState, b: TaskState): number {
  return Number(isActive(b)) - Number(isActive(a)) || b.id - a.id;
}
