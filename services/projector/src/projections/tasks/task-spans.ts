/** Spans: position ranges in which all of a task stays the same but what nearly every event changes. */

import { foldText, type TaskState } from '@att/contracts';
import { forkOf, OPEN_END } from '@att/platform/projections';
import { bigint, copyColumns, float, json, tableColumns, text, time } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import { updateRows } from '../../rows/update-rows.js';
import type { Write } from '../../rows/write.js';
import type { TaskMemory } from './task-memory.js';

/** Characters of a title that lists are ordered by: an index entry must stay small. */
const TITLE_KEY_LENGTH = 200;

interface Span {
  task: TaskState;
  from: number;
  to: number;
  /** Position of the span that holds the result, error message and stack trace of its end. */
  endFrom: number | null;
}

const COLUMNS = copyColumns<'task_spans', Span>({
  id: bigint(({ task }) => task.id),
  valid_from: bigint(({ from }) => from),
  valid_to: bigint(({ to }) => to),
  fork: bigint(forkOfSpan),
  project: text(({ task }) => task.project),
  agent: text(({ task }) => task.agent),
  status: text(({ task }) => task.status),
  title: text(({ task }) => task.title),
  title_key: text(({ task }) => foldText(task.title).slice(0, TITLE_KEY_LENGTH).toWellFormed()),
  attempt: bigint(({ task }) => task.attempt),
  started_at: time(({ task }) => task.started_at),
  finished_at: time(({ task }) => task.finished_at),
  duration_seconds: float(({ task }) => task.duration_seconds),
  error_type: text(({ task }) => task.error_type),
  result: json(({ task, from, endFrom }) =>
    task.result === null || endFrom !== from ? null : JSON.stringify(task.result),
  ),
  error_message: text(({ task, from, endFrom }) => (endFrom === from ? task.error_message : null)),
  stack_trace: text(({ task, from, endFrom }) => (endFrom === from ? task.stack_trace : null)),
  end_from: bigint(({ endFrom }) => endFrom),
});

interface Closed {
  id: number;
  from: number;
  to: number;
}

const CLOSED_KEY = tableColumns<'task_spans', Closed, 'id' | 'valid_from'>({
  id: bigint(({ id }) => id),
  valid_from: bigint(({ from }) => from),
});
const CLOSED_END = tableColumns<'task_spans', Closed, 'valid_to' | 'fork'>({
  valid_to: bigint(({ to }) => to),
  fork: bigint(forkOfSpan),
});

function forkOfSpan({ from, to }: Closed | Span): number | null {
  return to === OPEN_END ? null : forkOf(from, to);
}

/** The spans that a batch opens and closes. */
export class SpanChanges {
  /** Opened by this batch, by task. */
  readonly #open = new Map<number, Span>();
  readonly #opened: Span[] = [];
  /** Opened by earlier batches, and closed by this one. */
  readonly #closed: Closed[] = [];

  /**
   * @param at position at which the change takes effect
   * @returns where the task's open span begins after it, and the span that holds what its end brought
   */
  follow(
    before: Pick<TaskMemory, 'task' | 'spanFrom' | 'endFrom'> | undefined,
    after: TaskState,
    at: number,
  ): Pick<TaskMemory, 'spanFrom' | 'endFrom'> {
    if (before !== undefined && isSame(before.task, after)) return before;
    if (before !== undefined) this.#close(after.id, before.spanFrom, at);
    const endFrom = endFromOf(before, after, at);
    const span: Span = { task: after, from: at, to: OPEN_END, endFrom };
    this.#open.set(after.id, span);
    this.#opened.push(span);
    return { spanFrom: at, endFrom };
  }

  #close(id: number, from: number, to: number): void {
    const span = this.#open.get(id);
    if (span === undefined) this.#closed.push({ id, from, to });
    else span.to = to;
  }

  write(table: string): Write[] {
    // A span that begins and ends where late events take effect was never there.
    const opened = this.#opened.filter(({ from, to }) => from < to);
    return [updateRows(table, CLOSED_KEY, CLOSED_END, this.#closed), copyRows(table, COLUMNS, opened)];
  }
}

/** Position of the span that holds what the end brought. It may be long, so that later spans only name that one. */
function endFromOf(
  before: Pick<TaskMemory, 'task' | 'endFrom'> | undefined,
  { result, error_message, stack_trace }: TaskState,
  at: number,
): number | null {
  if (result === null && error_message === null && stack_trace === null) return null;
  if (before === undefined) return at;
  const { task: old, endFrom } = before;
  const isKept =
    old.result === result && old.error_message === error_message && old.stack_trace === stack_trace;
  return isKept ? endFrom : at;
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
    // A result that an event brought is another object, whatever is in it.
    a.result === b.result &&
    a.error_type === b.error_type &&
    a.error_message === b.error_message &&
    a.stack_trace === b.stack_trace
  );
}
