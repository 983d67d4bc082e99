/** Progress bar of a task: as last reported, or as it was at the end. */
import { Show } from 'solid-js';
import { progress } from './format';
import { type StatusKind, statusKind } from './status-kind';

interface Going {
  status: string;
  finished_at: string | null;
  progress: number;
}

const BARS: Readonly<Record<StatusKind, string>> = {
  running: 'bg-accent',
  waiting: 'bg-accent',
  completed: 'bg-completed',
  failed: 'bg-failed',
  cancelled: 'bg-cancelled',
};

/**
 * Bar of a task. A completed task is done, whatever it reported last, so its bar is full and has no number; a failed or
 * cancelled task shows where it stopped, in the colour of its end.
 */
export function Progress(props: { task: Going }) {
  const kind = () => statusKind(props.task);
  const isDone = () => kind() === 'completed';
  const width = () => (isDone() ? 100 : Math.min(100, Math.max(0, props.task.progress)));
  return (
    <span class="flex items-center gap-2">
      <span class="h-1 min-w-8 flex-1 overflow-hidden rounded-full bg-line" aria-hidden="true">
        <span
          class={`block h-full rounded-full transition-[width] ${BARS[kind()]}`}
          style={{ width: `${width()}%` }}
        />
      </span>
      <span class="w-10 text-right text-xs text-soft">
        <Show when={!isDone()}>{progress(props.task.progress)}</Show>
      </span>
    </span>
  );
}
