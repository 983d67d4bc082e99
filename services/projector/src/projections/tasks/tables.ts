import { generationTable } from '@att/platform/projections';

/**
 * The current rows change often and mostly outside of their indexes: room in the page lets such an update
 * leave every index alone (HOT). The histories only grow, but for the end of a span.
 */
export function tables(generation: number): string {
  const table = (name: string) => generationTable(name, generation);
  return `
    CREATE TABLE ${table('tasks')} (
      id               bigint PRIMARY KEY,
      project          text NOT NULL,
      project_id       bigint NOT NULL,
      task_id          text NOT NULL,
      created_at       timestamptz(3) NOT NULL,
      ${CHANGING},
      metadata         json NOT NULL,
      position         bigint NOT NULL,
      -- Where its open span and its metadata are in the histories.
      span_from        bigint NOT NULL,
      metadata_from    bigint NOT NULL,
      UNIQUE (project, task_id)
    ) WITH (fillfactor = 70);

    -- The task after each event that was applied, from that event's position until the next row of the task.
    CREATE TABLE ${table('task_versions')} (
      id               bigint NOT NULL,
      valid_from       bigint PRIMARY KEY,
      ${CHANGING},
      -- Kept where it changed; the versions after it say where that is.
      metadata         json,
      metadata_from    bigint NOT NULL,
      UNIQUE (id, valid_from)
    );

    -- Stretches in which all that lists are filtered and sorted by stays the same; valid_to is not of them.
    CREATE TABLE ${table('task_spans')} (
      id               bigint NOT NULL,
      valid_from       bigint NOT NULL,
      valid_to         bigint NOT NULL,
      project          text NOT NULL,
      agent            text NOT NULL,
      status           text NOT NULL,
      title_key        text COLLATE "C" NOT NULL,
      duration_seconds double precision,
      PRIMARY KEY (id, valid_from)
    ) WITH (fillfactor = 80);

    -- What a search looks through, from each change on.
    CREATE TABLE ${table('task_texts')} (
      id               bigint NOT NULL,
      valid_from       bigint NOT NULL,
      text             text NOT NULL,
      PRIMARY KEY (id, valid_from)
    );

    -- Totals of everything ('all', ''), and of each project, status and agent, from each change on.
    CREATE TABLE ${table('task_counts')} (
      kind             text NOT NULL,
      value            text NOT NULL,
      valid_from       bigint NOT NULL,
      total            bigint NOT NULL,
      PRIMARY KEY (kind, value, valid_from)
    );`;
}

const CHANGING = `title            text NOT NULL,
      agent            text NOT NULL,
      status           text NOT NULL,
      progress         double precision NOT NULL,
      message          text,
      attempt          bigint NOT NULL,
      updated_at       timestamptz(3) NOT NULL,
      started_at       timestamptz(3),
      finished_at      timestamptz(3),
      duration_seconds double precision,
      result           json,
      error_type       text,
      error_message    text,
      stack_trace      text`;

export function indexes(generation: number): string {
  const tasks = generationTable('tasks', generation);
  const spans = generationTable('task_spans', generation);
  const bounds = 'INCLUDE (valid_from, valid_to)';
  return `
    CREATE INDEX ON ${tasks} (project, id);
    CREATE INDEX ON ${tasks} (status, id);
    CREATE INDEX ON ${tasks} (agent, id);
    CREATE INDEX ON ${tasks} (task_id);
    CREATE INDEX ON ${spans} (status, id) ${bounds};
    CREATE INDEX ON ${spans} (agent, id) ${bounds};
    CREATE INDEX ON ${spans} (project, status, id) ${bounds};
    CREATE INDEX ON ${spans} (title_key, id) ${bounds};
    CREATE INDEX ON ${spans} (duration_seconds, id) ${bounds};
    CREATE INDEX ON ${generationTable('task_texts', generation)} USING gin (text gin_trgm_ops);`;
}
