/**
 * Tables of the projection `tasks`. Rows are added and stay, except that an open span gets its end, and the last run of a key gets
 * more changes. The present state of a task is its latest version and its open span.
 */
import { runTable, type Table } from './table.js';

/** Fields of a task that never change. */
const tasks = {
  columns: {
    id: 'bigint NOT NULL',
    project: 'text NOT NULL',
    project_id: 'bigint NOT NULL',
    task_id: 'text NOT NULL',
    /** Position from which lists have the task; larger than its id when its first event took effect late (a retried dead letter). */
    present_from: 'bigint NOT NULL',
    created_at: 'timestamptz(3) NOT NULL',
  },
  primaryKey: ['id'],
} as const satisfies Table;

/** Fields that nearly every event changes. A row is valid from its event's position up to the task's next row. */
const task_versions = {
  columns: {
    id: 'bigint NOT NULL',
    valid_from: 'bigint NOT NULL',
    /** Position of the event itself when it took effect late; null otherwise. */
    late_event: 'bigint',
    progress: 'float8 NOT NULL',
    /** Message, only in the version that set it; `message_from` of later versions is the `valid_from` of that one. */
    message: 'text',
    updated_at: 'timestamptz(3) NOT NULL',
    /** Message folded for searches; stored like `message`. */
    message_key: 'text',
    message_from: 'bigint',
  },
} as const satisfies Table;

/** Changes of metadata. `changed` has all of it when `whole_from` is this row's `valid_from`; otherwise what changed since the row before. */
const task_metadata = {
  columns: {
    id: 'bigint NOT NULL',
    valid_from: 'bigint NOT NULL',
    whole_from: 'bigint NOT NULL',
    is_truncated: 'boolean NOT NULL',
    changed: 'json NOT NULL',
  },
} as const satisfies Table;

/**
 * Tasks of each full range of positions with their latest reports in it, newest first, 64 a row. `level` is the size of the
 * range (`LATEST_LEVELS`), and `oldest` the smallest position of the row.
 */
const task_latest = {
  columns: {
    level: 'bigint NOT NULL',
    oldest: 'bigint NOT NULL',
    ids: 'bigint[] NOT NULL',
    positions: 'bigint[] NOT NULL',
  },
  primaryKey: ['level', 'oldest'],
} as const satisfies Table;

/** Spans: position ranges in which these fields of a task stay the same. `valid_to` is the first position after the range. */
const task_spans = {
  columns: {
    id: 'bigint NOT NULL',
    valid_from: 'bigint NOT NULL',
    valid_to: 'bigint NOT NULL',
    /** Fork of an ended span: the number in it by which lists find it (ADR 19); null while the span is open. */
    fork: 'bigint',
    project: 'text NOT NULL',
    agent: 'text NOT NULL',
    status: 'text NOT NULL',
    title: 'text NOT NULL',
    /** Title folded for searches and sorting. */
    title_key: 'text COLLATE "C" NOT NULL',
    attempt: 'bigint NOT NULL',
    started_at: 'timestamptz(3)',
    finished_at: 'timestamptz(3)',
    duration_seconds: 'float8',
    error_type: 'text',
    /** Result, error message and stack trace, only in the span that set them; `end_from` of later spans is the `valid_from` of that one. */
    result: 'json',
    error_message: 'text',
    stack_trace: 'text',
    end_from: 'bigint',
  },
  primaryKey: ['id', 'valid_from'],
  fillfactor: 80,
} as const satisfies Table;

/** Title and task id in one text, folded for searches; one row for each change. */
const task_texts = {
  columns: { id: 'bigint NOT NULL', valid_from: 'bigint NOT NULL', text: 'text NOT NULL' },
} as const satisfies Table;

/** Messages, folded for searches, each once for a full chunk of the log: the tasks that had it, and since which positions. */
const task_messages = {
  columns: {
    chunk: 'bigint NOT NULL',
    text: 'text NOT NULL',
    ids: 'bigint[] NOT NULL',
    positions: 'bigint[] NOT NULL',
  },
} as const satisfies Table;

/** Numbers of tasks, as histories: in all (kind `all`, empty value), and of each project, status and agent. */
const task_counts = runTable({ kind: 'text', value: 'text' }, { total: 'bigint' });

export const TASK_TABLES = {
  tasks,
  task_versions,
  task_metadata,
  task_latest,
  task_spans,
  task_texts,
  task_messages,
  task_counts,
};
