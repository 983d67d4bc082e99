/** Stretches in which all of a task stays the same but what nearly every event changes. */

import { foldText, type TaskState } from '@att/contracts';
import { OPEN_END } from '@att/platform/projections';
import { bigint, type Column, float, json, text, time } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import { updateRows } from '../../rows/update-rows.js';
import type { Write } from '../../rows/write.js';

/** Characters of a title that order goes by: an index entry has its bounds. */
const TITLE_KEY_LENGTH = 200;

interface Span {
  task: TaskState;
  from: number;
  to: number;
}

const COLUMNS: Column<Span>[] = [
  bigint('id', ({ task }) => task.id),
  bigint('valid_from', ({ from }) => from),
  bigint('valid_to', ({ to }) => to),
  text('project', ({ task }) => task.project),
  text('agent', ({ task }) => task.agent),
  text('status', ({ task }) => task.status),
  text('title', ({ task }) => task.title),
  text('title_key', ({ task }) => foldText(task.title).slice(0, TITLE_KEY_LENGTH).toWellFormed()),
  bigint('attempt', ({ task }) => task.attempt),
  time('started_at', ({ task }) => task.started_at),
  time('finished_at', ({ task }) => task.finished_at),
  float('duration_seconds', ({ task }) => task.duration_seconds),
  json('result', ({ task }) => (task.result === null ? null : JSON.stringify(task.result))),
  text('error_type', ({ task }) => task.error_type),
  text('error_message', ({ task }) => task.error_message),
  text('stack_trace', ({ task }) => task.stack_trace),
];

interface Closed {
  id: number;
  from: number;
  to: number;
}

const CLOSED_KEY: Column<Closed>[] = [bigint('id', ({ id }) => id), bigint('valid_from', ({ from }) => from)];
const CLOSED_END: Column<Closed>[] = [bigint('valid_to', ({ to }) => to)];

/** The spans that a batch opens and closes. */
export class SpanChanges {
  /** Opened by this batch, by task. */
  readonly #open = new Map<number, Span>();
  readonly #opened: Span[] = [];
  /** Opened by earlier batches, and closed by this one. */
  readonly #closed: Closed[] = [];

  /**
   * @param at where the change takes effect
   * @returns where the task's open span begins after it
   */
  follow(before: { task: TaskState; spanFrom: number } | undefined, after: TaskState, at: number): number {
    if (before !== undefined && isSame(before.task, after)) return before.spanFrom;
    if (before !== undefined) this.#close(after.id, before.spanFrom, at);
    const span: Span = { task: after, from: at, to: OPEN_END };
    this.#open.set(after.id, span);
    this.#opened.push(span);
    return at;
  }

  #close(id: number, from: number, to: number): void {
    const span = this.#open.get(id);
    if (span === undefined) this.#closed.push({ id, from, to });
    else span.to = to;
  }

  writing(table: string): Write[] {
    // One that begins and ends where late events take effect was never there.
    const opened = this.#opened.filter(({ from, to }) => from < to);
    return [updateRows(table, CLOSED_KEY, CLOSED_END, this.#closed), copyRows(table, COLUMNS, opened)];
  }
}

function isSame(a: TaskState, b: TaskState): boolean {
  return (
    a.agent === b.agent &&
    a.status === b.status &&
    a.title === b.title &&
    a.attempt === b.attempt &&
    a.started_at === b.started_at &&
    a.finished_at === b.finished_at &&
    a.duration_seconds === b.duration_seconds &&
    // An object that an event brought is another one, whatever is in it.
    a.result === b.result &&
    a.error_type === b.error_type &&
    a.error_message === b.error_message &&
    a.stack_trace === b.stack_trace
  );
}
