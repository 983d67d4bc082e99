/** Stretches in which all that task lists are filtered and sorted by stays the same. */

import { foldText, type Task } from '@att/contracts';
import { int8Array } from '@att/platform/postgres';
import { OPEN_END } from '@att/platform/projections';
import { bigint, type Column, float, text } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Write } from '../../rows/write.js';

/** Characters of a title that order goes by: an index entry has its bounds. */
const TITLE_KEY_LENGTH = 200;

interface Span {
  task: Task;
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
  text('title_key', ({ task }) => foldText(task.title).slice(0, TITLE_KEY_LENGTH).toWellFormed()),
  float('duration_seconds', ({ task }) => task.duration_seconds),
];

/** The spans that a batch opens and closes. */
export class SpanChanges {
  /** Opened by this batch, by task. */
  readonly #open = new Map<number, Span>();
  readonly #opened: Span[] = [];
  /** Opened by earlier batches, and closed by this one. */
  readonly #closed: { id: number; from: number; to: number }[] = [];

  /**
   * @param at where the change takes effect
   * @returns where the task's open span begins after it
   */
  follow(before: { task: Task; spanFrom: number } | undefined, after: Task, at: number): number {
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
    return [closingSpans(table, this.#closed), copyRows(table, COLUMNS, opened)];
  }
}

function isSame(a: Task, b: Task): boolean {
  return (
    a.agent === b.agent &&
    a.status === b.status &&
    a.title === b.title &&
    a.duration_seconds === b.duration_seconds
  );
}

function closingSpans(table: string, closed: readonly { id: number; from: number; to: number }[]): Write {
  return () => {
    if (closed.length === 0) return undefined;
    const values = [
      int8Array(closed.map(({ id }) => id)),
      int8Array(closed.map(({ from }) => from)),
      int8Array(closed.map(({ to }) => to)),
    ];
    return (client) =>
      client.query({
        name: `close-${table}`,
        text: `
          UPDATE ${table} s SET valid_to = c.valid_to
          FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS c (id, valid_from, valid_to)
          WHERE s.id = c.id AND s.valid_from = c.valid_from`,
        values,
      });
  };
}
