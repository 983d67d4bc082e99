/** Error of a failed task, shown before its other fields. */
import type { TaskState } from '@att/contracts';
import { Show } from 'solid-js';
import { text } from '../text';
import { Code } from './code';
import { Marked, SenderText } from './sender-text';
import { StatusIcon } from './status-badge';

export function TaskError(props: { task: TaskState }) {
  const has = () => props.task.error_type !== null || props.task.error_message !== null;
  return (
    <Show when={has()}>
      <section class="flex flex-col gap-3 rounded-md bg-failed-wash p-4" aria-label={text.task.error}>
        <div class="flex items-start gap-2">
          <StatusIcon kind="failed" size={18} />
          <div class="min-w-0">
            <h2 class="font-semibold break-words text-failed">
              <SenderText value={props.task.error_type ?? text.task.error} />
            </h2>
            <p class="mt-1 break-words whitespace-pre-wrap [unicode-bidi:plaintext]">
              <Marked value={props.task.error_message ?? ''} />
            </p>
          </div>
        </div>
        <Show when={props.task.stack_trace}>
          {(trace) => <Code label={text.task.stackTrace} value={trace()} />}
        </Show>
      </section>
    </Show>
  );
}
