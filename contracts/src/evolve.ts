/**
 * `evolve`: the one fold from events to a task. The projector, the UI and the tests all use it; it
 * does no I/O and reads no clock.
 */
import type { TaskEvent } from './events.js';
import { mergeMetadata } from './merge-metadata.js';
import { isActive, type TaskState } from './task.js';
import { secondsBetween } from './time.js';

/** Status words that end a task when an agent reports them; `canceled` is kept as `cancelled`. */
const ENDING_WORDS: Readonly<Record<string, string>> = {
  __proto__: null as never,
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
};

/**
 * The task after `event`. Returns `task` itself, unchanged, when the event does not apply: a status
 * that comes after the end.
 *
 * An erased event (`data: null`) still tells its type: it starts, finishes or fails the task, with
 * every field that the payload would have brought left out.
 */
export function evolve(task: TaskState | undefined, event: TaskEvent): TaskState {
  switch (event.type) {
    case 'task.started':
      return started(task, event);
    case 'task.progressed':
      return progressed(task, event);
    case 'task.finished':
      return finished(task, event);
    case 'task.failed':
      return failed(task, event);
  }
}

// Each works on a copy that `applied` made and nobody else has yet: a copy for every step would be three an event.

function started(task: TaskState | undefined, event: TaskEvent): TaskState {
  const next = applied(task, event);
  withoutEnd(next);
  next.status = 'running';
  next.progress = 0;
  next.attempt = (task?.attempt ?? 0) + 1;
  next.started_at = happenedAt(event);
  return next;
}

function progressed(task: TaskState | undefined, event: TaskEvent): TaskState {
  if (task !== undefined && !isActive(task)) return task;
  const next = applied(task, event);
  next.progress = number(event.data?.progress) ?? next.progress;
  next.message = text(event.data?.message) ?? next.message;
  const word = text(event.data?.status) ?? next.status;
  const ending = ENDING_WORDS[word];
  if (ending === undefined) next.status = word;
  else end(next, event, ending);
  return next;
}

function finished(task: TaskState | undefined, event: TaskEvent): TaskState {
  const next = applied(task, event);
  end(next, event, 'completed');
  next.result = event.data?.result ?? null;
  next.duration_seconds = number(event.data?.duration_seconds) ?? next.duration_seconds;
  return next;
}

function failed(task: TaskState | undefined, event: TaskEvent): TaskState {
  const next = applied(task, event);
  end(next, event, 'failed');
  next.error_type = text(event.data?.error_type);
  next.error_message = text(event.data?.error_message);
  next.stack_trace = text(event.data?.stack_trace);
  return next;
}

/** What every applied event does: it is the latest, names title and agent, and adds metadata. */
function applied(task: TaskState | undefined, event: TaskEvent): TaskState {
  const next = task === undefined ? firstSeen(event) : copyOf(task);
  next.title = text(event.data?.task) ?? next.title;
  next.agent = event.agent;
  next.updated_at = event.recorded_at;
  addMetadata(next, event);
  next.position = event.position;
  return next;
}

function firstSeen(event: TaskEvent): TaskState {
  return {
    id: event.position,
    project: event.project,
    task_id: event.task_id,
    title: event.task_id,
    agent: event.agent,
    status: 'running',
    progress: 0,
    message: null,
    attempt: 1,
    created_at: event.recorded_at,
    updated_at: event.recorded_at,
    started_at: null,
    finished_at: null,
    duration_seconds: null,
    result: null,
    error_type: null,
    error_message: null,
    stack_trace: null,
    metadata: {},
    metadata_truncated: false,
    position: event.position,
  };
}

/**
 * Field by field, so that all tasks are of one hidden class: V8 makes another one for each spread of what a spread made, until
 * whoever reads a task has to look its fields up by name. That was a quarter of the projector's time.
 */
function copyOf(task: TaskState): TaskState {
  return {
    id: task.id,
    project: task.project,
    task_id: task.task_id,
    title: task.title,
    agent: task.agent,
    status: task.status,
    progress: task.progress,
    message: task.message,
    attempt: task.attempt,
    created_at: task.created_at,
    updated_at: task.updated_at,
    started_at: task.started_at,
    finished_at: task.finished_at,
    duration_seconds: task.duration_seconds,
    result: task.result,
    error_type: task.error_type,
    error_message: task.error_message,
    stack_trace: task.stack_trace,
    metadata: task.metadata,
    metadata_truncated: task.metadata_truncated,
    position: task.position,
  };
}

/** A later end replaces an earlier one and its fields. */
function end(next: TaskState, event: TaskEvent, status: string): void {
  withoutEnd(next);
  next.status = status;
  next.finished_at = happenedAt(event);
  if (next.started_at !== null)
    next.duration_seconds = Math.max(0, secondsBetween(next.started_at, next.finished_at));
}

/** The fields that an end brings, as they are before there is one. */
function withoutEnd(next: TaskState): void {
  next.finished_at = null;
  next.duration_seconds = null;
  next.result = null;
  next.error_type = null;
  next.error_message = null;
  next.stack_trace = null;
}

/** The agent's clock if it sent one, else ours. */
function happenedAt(event: TaskEvent): string {
  return event.occurred_at ?? event.recorded_at;
}

/** That something was left out is said until the next start. */
function addMetadata(next: TaskState, { type, data }: TaskEvent): void {
  const { metadata, isTruncated } = mergeMetadata(next.metadata, data?.metadata);
  next.metadata = metadata;
  next.metadata_truncated = isTruncated || (next.metadata_truncated && type !== 'task.started');
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
