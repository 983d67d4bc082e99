/** Fields of a task: status, times, message, result and metadata. */
import type { TaskState } from '@att/contracts';
import { type JSX, type ParentProps, Show } from 'solid-js';
import { text } from '../text';
import { Age } from './age';
import { Code } from './code';
import { pretty } from './format';
import { Progress } from './progress';
import { Marked, SenderText } from './sender-text';
import { StatusBadge } from './status-badge';
import { TaskDuration } from './task-duration';

export function TaskFields(props: { task: TaskState }) {
  const task = () => props.task;
  return (
    <>
      <section class="flex flex-col gap-4">
        <div class="flex flex-wrap items-center gap-x-4 gap-y-1">
          <span class="text-base">
            <StatusBadge task={task()} />
          </span>
          <span class="min-w-0 font-mono text-xs break-all text-soft">
            <SenderText value={task().task_id} />
          </span>
        </div>
        <dl class="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 lg:grid-cols-4">
          <Field label={text.task.fields.agent}>
            <SenderText class="break-words" value={task().agent} />
          </Field>
          <Field label={text.task.fields.progress}>
            <span class="block max-w-40">
              <Progress task={task()} />
            </span>
          </Field>
          <Field label={text.task.fields.duration}>
            <TaskDuration task={task()} />
          </Field>
          <Field label={text.task.fields.attempt}>{task().attempt}</Field>
          <Field label={text.task.fields.started}>
            <TimeOrNone time={task().started_at} />
          </Field>
          <Field label={text.task.fields.finished}>
            <TimeOrNone time={task().finished_at} />
          </Field>
          <Field label={text.task.fields.updated}>
            <Age time={task().updated_at} />
          </Field>
          <Field label={text.task.fields.position}>{task().position}</Field>
        </dl>
      </section>
      <Show when={task().message}>
        {(message) => (
          <Part title={text.task.message}>
            <p class="break-words whitespace-pre-wrap [unicode-bidi:plaintext]">
              <Marked value={message()} />
            </p>
          </Part>
        )}
      </Show>
      <Show when={task().result !== null && task().result !== undefined}>
        <Part title={text.task.result}>
          <Code
            label={text.task.result}
            value={pretty(task().result)}
            json={typeof task().result !== 'string'}
          />
        </Part>
      </Show>
      <Show when={Object.keys(task().metadata).length > 0 || task().metadata_truncated}>
        <Part title={text.task.metadata}>
          <Show when={task().metadata_truncated}>
            <p class="mb-2 text-xs text-faint">{text.task.metadataTruncated}</p>
          </Show>
          <Code label={text.task.metadata} value={pretty(task().metadata)} json />
        </Part>
      </Show>
    </>
  );
}

function Part(props: ParentProps<{ title: string }>) {
  return (
    <section>
      <h2 class="mb-2 text-base font-semibold">{props.title}</h2>
      {props.children}
    </section>
  );
}

function Field(props: { label: string; children: JSX.Element }) {
  return (
    <div class="min-w-0">
      <dt class="text-xs text-faint">{props.label}</dt>
      <dd class="mt-0.5">{props.children}</dd>
    </div>
  );
}

function TimeOrNone(props: { time: string | null }) {
  return (
    <Show when={props.time} fallback={<span class="text-faint">{text.task.none}</span>}>
      {(time) => <Age time={time()} />}
    </Show>
  );
}
