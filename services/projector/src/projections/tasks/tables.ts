import { generationTable, OPEN_END } from '@att/platform/projections';
import type { Key } from '../../rows/keys.js';

/** All tables only grow, but for the ends of spans and of runs: what a task is now, its latest version and its open span tell. */
export function tables(generation: number): string {
  const table = (name: string) => generationTable(name, generation);
  return `
    -- What never changes of a task.
    CREATE TABLE ${table('tasks')} (
      id               bigint PRIMARY KEY,
      project          text NOT NULL,
      project_id       bigint NOT NULL,
      task_id          text NOT NULL,
      -- From which position on it is there: past its id where its first event was applied late.
      present_from     bigint NOT NULL,
      created_at       timestamptz(3) NOT NULL
    );

    -- What nearly every event changes: from that event's position until the next row of the task.
    CREATE TABLE ${table('task_versions')} (
      id               bigint NOT NULL,
      valid_from       bigint NOT NULL,
      -- The event's own position where it took effect late.
      late_event       bigint,
      progress         double precision NOT NULL,
      -- Kept where it changed; the versions after it say where that is.
      message          text,
      updated_at       timestamptz(3) NOT NULL,
      -- The message as searches see it, kept likewise.
      message_key      text,
      message_from     bigint
    );

    -- Metadata where it changed: what changed, or all of it where that is the row's own position.
    CREATE TABLE ${table('task_metadata')} (
      id               bigint NOT NULL,
      valid_from       bigint NOT NULL,
      whole_from       bigint NOT NULL,
      is_truncated     boolean NOT NULL,
      changed          json NOT NULL
    );

    -- The tasks of each stretch of the log that is whole, and where each was reported on last, newest first.
    CREATE TABLE ${table('task_latest')} (
      level            bigint NOT NULL,
      oldest           bigint NOT NULL,
      ids              bigint[] NOT NULL,
      positions        bigint[] NOT NULL,
      PRIMARY KEY (level, oldest)
    );

    -- All else that changes, in stretches in which it stays the same; valid_to is not of them.
    CREATE TABLE ${table('task_spans')} (
      id               bigint NOT NULL,
      valid_from       bigint NOT NULL,
      valid_to         bigint NOT NULL,
      -- By which one that has ended is found; null while it is open.
      fork             bigint,
      project          text NOT NULL,
      agent            text NOT NULL,
      status           text NOT NULL,
      title            text NOT NULL,
      -- The title as searches and orders see it.
      title_key        text COLLATE "C" NOT NULL,
      attempt          bigint NOT NULL,
      started_at       timestamptz(3),
      finished_at      timestamptz(3),
      duration_seconds double precision,
      error_type       text,
      -- Kept in the span that they changed with; the spans after it say where that is.
      result           json,
      error_message    text,
      stack_trace      text,
      end_from         bigint,
      PRIMARY KEY (id, valid_from)
    ) WITH (fillfactor = 80);

    -- What a search looks through: title and task id in one text, folded, from each change on.
    CREATE TABLE ${table('task_texts')} (
      id               bigint NOT NULL,
      valid_from       bigint NOT NULL,
      text             text NOT NULL
    );

    -- And messages, folded, each once for a whole stretch of the log: the tasks that had it, and from which positions on.
    CREATE TABLE ${table('task_messages')} (
      stretch          bigint NOT NULL,
      text             text NOT NULL,
      ids              bigint[] NOT NULL,
      positions        bigint[] NOT NULL
    );

    -- Totals of everything ('all', ''), and of each project, status and agent, from each change on, in runs.
    CREATE TABLE ${table('task_counts')} (
      kind             text NOT NULL,
      value            text NOT NULL,
      first            bigint NOT NULL,
      valid_from       bigint[] NOT NULL,
      total            bigint[] NOT NULL,
      PRIMARY KEY (kind, value, first)
    ) WITH (fillfactor = 80);`;
}

export const KEYS: readonly Key[] = [
  // By what tells most first, as sorting by it takes half the time.
  { table: 'tasks', columns: 'task_id, project' },
  // The first task of a project tells its id.
  { table: 'tasks', columns: 'project, id' },
  { table: 'task_versions', columns: 'id, valid_from' },
  // The messages of a stretch.
  { table: 'task_versions', columns: 'valid_from' },
  { table: 'task_metadata', columns: 'id, valid_from' },
];

/** Named, as two of one table are made at a time: the names that PostgreSQL finds for those of the same columns can collide. */
export function indexes(generation: number): readonly string[] {
  const index = (table: string, purpose: string, definition: string, unique = '') =>
    `CREATE ${unique}INDEX ${table}_g${generation}_${purpose} ON ${generationTable(table, generation)} ${definition}`;
  const open = `INCLUDE (project, valid_from) WHERE valid_to = ${OPEN_END}`;
  const closed = `INCLUDE (valid_from, valid_to) WHERE valid_to < ${OPEN_END}`;
  return [
    // The slowest first.
    index('task_texts', 'texts', 'USING gin (text gin_trgm_ops)'),
    index('task_messages', 'texts', 'USING gin (text gin_trgm_ops)'),
    index('task_texts', 'key', '(id, valid_from)', 'UNIQUE '),
    // Open spans in the orders of lists. An agent's tasks of one project are counted in its index: 17 blocks for 1,000, where
    // the table has 1,000.
    index('task_spans', 'open_status', `(status, id) ${open}`),
    index('task_spans', 'open_agent', `(agent, id) ${open}`),
    index(
      'task_spans',
      'open_project',
      `(project, status, id) INCLUDE (valid_from) WHERE valid_to = ${OPEN_END}`,
    ),
    index('task_spans', 'open_title', `(title_key, id) ${open}`),
    index('task_spans', 'open_duration', `(duration_seconds, id) ${open}`),
    // Those that have ended by their forks, of which a position has some forty.
    index('task_spans', 'closed_status', `(status, fork, id) ${closed}`),
    index('task_spans', 'closed_agent', `(agent, fork, id) ${closed}`),
    index('task_spans', 'closed', `(fork, id) ${closed}`),
    // The titles that came after a task's first one: next to none.
    index('task_texts', 'later', '(id, valid_from) WHERE valid_from > id'),
  ];
}
