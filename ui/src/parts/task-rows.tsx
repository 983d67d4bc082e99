/** Tasks as rows: a table on wide screens, two lines a task on narrow ones. */
import { createMemo, For, Show } from 'solid-js';
import { taskHref } from '../links';
import { keyOfTask } from '../lists/task-detail';
import type { TaskRow } from '../lists/task-list';
import { text } from '../text';
import { Age } from './age';
import { Progress } from './progress';
import { SenderText } from './sender-text';
import { StatusBadge } from './status-badge';
import { TaskDuration } from './task-duration';

const COLUMNS = {
  all: 'lg:grid-cols-[8.5rem_minmax(0,1fr)_8rem_8rem_7rem_4.5rem_4.5rem]',
  project: 'lg:grid-cols-[8.5rem_minmax(0,1fr)_8rem_7rem_4.5rem_4.5rem]',
} as const;

export interface TaskRowsProps {
  rows: readonly TaskRow[];
  label: string;
  /** False where every task is of one project. */
  showProject: boolean;
}

export function TaskRows(props: TaskRowsProps) {
  // Keyed, so that a patched row keeps its element, and with it focus and selection.
  const byKey = createMemo(
    () => new Map(props.rows.map((row) => [keyOfTask(row.project, row.task_id), row])),
  );
  const keys = createMemo(() => [...byKey().keys()]);
  const columns = () => (props.showProject ? COLUMNS.all : COLUMNS.project);

  return (
    <div class="-mx-3">
      <div
        aria-hidden="true"
        class={`hidden gap-4 border-b border-line px-3 pb-2 text-xs text-faint lg:grid ${columns()}`}
      >
        <span>{text.tasks.columns.status}</span>
        <span>{text.tasks.columns.title}</span>
        <Show when={props.showProject}>
          <span>{text.tasks.columns.project}</span>
        </Show>
        <span>{text.tasks.columns.agent}</span>
        <span>{text.tasks.columns.progress}</span>
        <span class="text-right">{text.tasks.columns.duration}</span>
        <span class="text-right">{text.tasks.columns.updated}</span>
      </div>
      <ul aria-label={props.label}>
        <For each={keys()}>
          {(key) => <Row task={byKey().get(key)} columns={columns()} showProject={props.showProject} />}
        </For>
      </ul>
    </div>
  );
}

function Row(props: { task: TaskRow | undefined; columns: string; showProject: boolean }) {
  return (
    <Show when={props.task}>
      {(task) => (
        <li class="border-b border-line">
          <a
            href={taskHref(task())}
            class={`grid min-h-12 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-3 py-2 hover:bg-hover lg:py-1.5 ${props.columns}`}
          >
            <span class="order-4 flex max-w-44 min-w-0 justify-self-end lg:order-none lg:justify-self-auto">
              <StatusBadge task={task()} />
            </span>
            <span class="order-1 min-w-0 lg:order-none">
              <SenderText class="block truncate font-medium" value={task().title} titled />
              <span class="block truncate text-xs text-faint">
                <SenderText class="font-mono" value={task().task_id} />
                <Show when={task().error_message ?? task().message}>
                  {(detail) => (
                    <span>
                      {' · '}
                      <SenderText value={detail()} />
                    </span>
                  )}
                </Show>
              </span>
            </span>
            <Show when={props.showProject}>
              <span class="order-3 truncate text-xs text-soft lg:order-none lg:text-sm">
                <SenderText value={task().project} titled />
                <span class="text-faint lg:hidden">
                  {' · '}
                  <SenderText value={task().agent} />
                </span>
              </span>
            </Show>
            <span
              class={`truncate text-xs text-soft lg:order-none lg:block lg:text-sm ${props.showProject ? 'hidden' : 'order-3'}`}
            >
              <SenderText value={task().agent} titled />
            </span>
            <span class="hidden lg:block">
              <Progress task={task()} />
            </span>
            <span class="hidden text-right text-soft lg:block">
              <TaskDuration task={task()} />
            </span>
            <span class="order-2 self-start pt-0.5 text-right text-xs text-faint lg:order-none lg:self-auto lg:pt-0 lg:text-sm">
              <Age time={task().updated_at} />
            </span>
          </a>
        </li>
      )}
    </Show>
  );
}
