/** Duration of a task: until its end, or until now while it is active. */
import { Show } from 'solid-js';
import { text } from '../text';
import { duration } from './format';
import { useClock } from './ticker';

interface Timed {
  started_at: string | null;
  finished_at: string | null;
  duration_seconds: number | null;
}

export function TaskDuration(props: { task: Timed }) {
  const now = useClock();
  const running = () =>
    props.task.finished_at === null && props.task.started_at !== null
      ? Math.max(0, Math.floor((now() - Date.parse(props.task.started_at)) / 1_000))
      : null;
  const seconds = () => props.task.duration_seconds ?? running();
  return (
    <span class="whitespace-nowrap">
      <Show when={seconds() !== null} fallback={<span class="text-faint">{text.task.none}</span>}>
        {duration(seconds() ?? 0)}
      </Show>
    </span>
  );
}
