/**
 * `evolve`: the one fold from events to a task. The projector, the UI and the tests all use it; it
 * does no I/O and reads no clock.
 */
import { endingWordOf } from './ending-words.js';
import type { TaskEvent } from './events.js';
import { isJsonObject } from './json-object.js';
import { verdictOnEnd, verdictOnStart, verdictOnStatus } from './late-reports.js';
import { type Metadata, mergeMetadata } from './merge-metadata.js';
import type { TaskState } from './task.js';
import { secondsBetween } from './time.js';

/** Agent of a task whose reports have named none. */
export const UNKNOWN_AGENT = 'unknown';

/**
 * The task after `event`. Returns `task` itself, unchanged, when the event does not apply: a status
 * that comes after the end, or a report that is late (`late-reports.ts` has the rule).
 *
 * An erased event (`data: null`) still has its type: it starts, finishes or fails the task, with
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

// Each step works on the copy that `applied` made, which has no other owner yet: a copy a step would be three an event.

function started(task: TaskState | undefined, event: TaskEvent): TaskState {
  if (task !== undefined) {
    const verdict = verdictOnStart(task, event);
    if (verdict === 'ignored') return task;
    if (verdict === 'added') return added(task, event);
  }
  const next = applied(task, event);
  withoutEnd(next);
  next.status = 'running';
  next.progress = 0;
  next.attempt = attemptsWith(task);
  next.started_at = happenedAt(event);
  return next;
}

function progressed(task: TaskState | undefined, event: TaskEvent): TaskState {
  const word = text(event.data?.status);
  const ending = word === null ? undefined : endingWordOf(word);
  if (task !== undefined && verdictOnStatus(task, event, ending !== undefined) === 'ignored') return task;
  const next = applied(task, event);
  next.progress = number(event.data?.progress) ?? next.progress;
  next.message = text(event.data?.message) ?? next.message;
  if (ending !== undefined) end(next, event, ending);
  else if (word !== null) next.status = word;
  return next;
}

function finished(task: TaskState | undefined, event: TaskEvent): TaskState {
  if (task !== undefined && verdictOnEnd(task, event) === 'ignored') return task;
  const next = applied(task, event);
  end(next, event, 'completed');
  next.result = event.data?.result ?? null;
  next.duration_seconds = number(event.data?.duration_seconds) ?? next.duration_seconds;
  return next;
}

function failed(task: TaskState | undefined, event: TaskEvent): TaskState {
  if (task !== undefined && verdictOnEnd(task, event) === 'ignored') return task;
  const next = applied(task, event);
  end(next, event, 'failed');
  next.error_type = text(event.data?.error_type);
  next.error_message = text(event.data?.error_message);
  next.stack_trace = text(event.data?.stack_trace);
  return next;
}

/** Changes that every applied event makes: it is the latest, names title and agent, and adds metadata. */
function applied(task: TaskState | undefined, event: TaskEvent): TaskState {
  const next = task === undefined ? firstSeen(event) : copyOf(task);
  next.title = text(event.data?.task) ?? hintOf(next, event) ?? next.title;
  next.agent = event.agent ?? next.agent;
  next.updated_at = event.recorded_at;
  addMetadata(next, event);
  next.position = event.position;
  return next;
}

/** Applies a start that arrives after later reports: it is one more attempt, and fills the fields that are still empty. */
function added(task: TaskState, event: TaskEvent): TaskState {
  const next = copyOf(task);
  if (task.title === task.task_id) next.title = text(event.data?.task) ?? hintOf(next, event) ?? next.title;
  if (task.agent === UNKNOWN_AGENT) next.agent = event.agent ?? next.agent;
  const { metadata, isTruncated } = mergeMetadata(
    task.metadata,
    unknownKeys(task.metadata, event.data?.metadata),
  );
  next.metadata = metadata;
  next.metadata_truncated ||= isTruncated;
  next.updated_at = event.recorded_at;
  next.position = event.position;
  next.attempt = attemptsWith(task);
  if (next.started_at !== null) return next;
  next.started_at = happenedAt(event);
  next.duration_seconds ??= durationOf(next);
  return next;
}

/** A status before the first start is of the attempt that this start begins. */
function attemptsWith(task: TaskState | undefined): number {
  if (task === undefined) return 1;
  return task.started_at === null ? task.attempt : task.attempt + 1;
}

/** A hint is a title only while the task has none but its id. */
function hintOf(task: TaskState, event: TaskEvent): string | null {
  return task.title === task.task_id ? text(event.data?.task_hint) : null;
}

function firstSeen(event: TaskEvent): TaskState {
  return {
    id: event.position,
    project: event.project,
    task_id: event.task_id,
    title: event.task_id,
    agent: event.agent ?? UNKNOWN_AGENT,
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
 * Copies a task field by field, so that all tasks share one hidden class. V8 makes a new class for each spread of an object that
 * a spread made, and then looks fields up by name: a quarter of the projector's time.
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
  next.duration_seconds = durationOf(next);
}

/** Seconds from start to end, as far as both are known. */
function durationOf({ started_at, finished_at }: TaskState): number | null {
  if (started_at === null || finished_at === null) return null;
  return Math.max(0, secondsBetween(started_at, finished_at));
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

/** Adds what the event brings. A mark that something was left out stays until the next start. */
function addMetadata(next: TaskState, { type, data }: TaskEvent): void {
  const { metadata, isTruncated } = mergeMetadata(next.metadata, data?.metadata);
  next.metadata = metadata;
  next.metadata_truncated = isTruncated || (next.metadata_truncated && type !== 'task.started');
}

function unknownKeys(known: Metadata, brought: unknown): Metadata | undefined {
  if (!isJsonObject(brought)) return undefined;
  const entries = Object.entries(brought).filter(([key]) => !Object.hasOwn(known, key));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
