/** Tables of `tasks`. All only grow, but for the ends of spans and of runs: the latest version and the open span tell what a task is now. */
import { runTable, type Table } from './table.js';

/** Fields of a task that never change. */
const tasks = {
  columns: {
    id: 'bigint NOT NULL',
    project: 'text NOT NULL',
    project_id: 'bigint NOT NULL',
    task_id: 'text NOT NULL',
    /** Position from which the task is there: past its id where its first event was applied late. */
    present_from: 'bigint NOT NULL',
    created_at: 'timestamptz(3) NOT NULL',
  },
  primaryKey: ['id'],
} as const satisfies Table;

/** Fields that nearly every event changes: a row holds from its event's position until the next row of the task. */
const task_versions = {
  columns: {
    id: 'bigint NOT NULL',
    valid_from: 'bigint NOT NULL',
    /** Position of the event itself, where it took effect late. */
    late_event: 'bigint',
    progress: 'float8 NOT NULL',
    /** Message, in the version that brought it; later versions name that one in `message_from`. */
    message: 'text',
    updated_at: 'timestamptz(3) NOT NULL',
    /** Message as searches see it, kept likewise. */
    message_key: 'text',
    message_from: 'bigint',
  },
} as const satisfies Table;

/** Metadata where it changed: what changed, or all of it where `whole_from` is the row's own position. */
const task_metadata = {
  columns: {
    id: 'bigint NOT NULL',
    valid_from: 'bigint NOT NULL',
    whole_from: 'bigint NOT NULL',
    is_truncated: 'boolean NOT NULL',
    changed: 'json NOT NULL',
  },
} as const satisfies Table;

/** Tasks of each whole chunk of the log, and where each was reported on last, newest first. */
const task_latest = {
  columns: {
    level: 'bigint NOT NULL',
    oldest: 'bigint NOT NULL',
    ids: 'bigint[] NOT NULL',
    positions: 'bigint[] NOT NULL',
  },
  primaryKey: ['level', 'oldest'],
} as const satisfies Table;

/** Spans: position ranges in which all else of a task stays the same. `valid_to` is the first position after the range. */
const task_spans = {
  columns: {
    id: 'bigint NOT NULL',
    valid_from: 'bigint NOT NULL',
    valid_to: 'bigint NOT NULL',
    /** Number by which an ended span is found; null while it is open. */
    fork: 'bigint',
    project: 'text NOT NULL',
    agent: 'text NOT NULL',
    status: 'text NOT NULL',
    title: 'text NOT NULL',
    /** Title as searches and orders see it. */
    title_key: 'text COLLATE "C" NOT NULL',
    attempt: 'bigint NOT NULL',
    started_at: 'timestamptz(3)',
    finished_at: 'timestamptz(3)',
    duration_seconds: 'float8',
    error_type: 'text',
    /** Result and what comes after it, in the span that they changed with; later spans name that one in `end_from`. */
    result: 'json',
    error_message: 'text',
    stack_trace: 'text',
    end_from: 'bigint',
  },
  primaryKey: ['id', 'valid_from'],
  fillfactor: 80,
} as const satisfies Table;

/** Title and task id in one text, folded, from each change on: what a search looks through. */
const task_texts = {
  columns: { id: 'bigint NOT NULL', valid_from: 'bigint NOT NULL', text: 'text NOT NULL' },
} as const satisfies Table;

/** Messages, folded, each once for a whole chunk of the log: the tasks that had it, and from which positions on. */
const task_messages = {
  columns: {
    chunk: 'bigint NOT NULL',
    text: 'text NOT NULL',
    ids: 'bigint[] NOT NULL',
    positions: 'bigint[] NOT NULL',
  },
} as const satisfies Table;

/** Totals of everything (`all` and an empty value), and of each project, status and agent, from each change on. */
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
