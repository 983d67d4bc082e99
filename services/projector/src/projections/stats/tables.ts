import { generationTable } from '@att/platform/projections';
import { outcomesTable } from '../../task-outcomes/index.js';

export function tables(generation: number): string {
  const table = (name: string) => generationTable(name, generation);
  return `
    -- Stats of each scope that they can be asked for, from each change on, in runs. An empty project or agent stands for all.
    CREATE TABLE ${table('stats_versions')} (
      project         text NOT NULL,
      agent           text NOT NULL,
      first           bigint NOT NULL,
      valid_from      bigint[] NOT NULL,
      projects        bigint[] NOT NULL,
      total           bigint[] NOT NULL,
      active          bigint[] NOT NULL,
      completed       bigint[] NOT NULL,
      failed          bigint[] NOT NULL,
      durations       bigint[] NOT NULL,
      duration_micros numeric[] NOT NULL,
      PRIMARY KEY (project, agent, first)
    ) WITH (fillfactor = 80);
    -- What happened in each minute, hour and day.
    CREATE TABLE ${table('series')} (
      bucket_size     text NOT NULL,
      bucket          timestamptz(3) NOT NULL,
      project         text NOT NULL,
      agent           text NOT NULL,
      started         bigint NOT NULL,
      progressed      bigint NOT NULL,
      completed       bigint NOT NULL,
      failed          bigint NOT NULL,
      durations       bigint NOT NULL,
      duration_micros numeric NOT NULL,
      first_position  bigint NOT NULL,
      last_position   bigint NOT NULL,
      PRIMARY KEY (bucket_size, bucket, project, agent)
    ) WITH (fillfactor = 70);
    -- What each event did, a letter each, by chunks of the log: the part of a bucket up to a position in it.
    CREATE TABLE ${table('series_steps')} (
      chunk           bigint PRIMARY KEY,
      letters         text NOT NULL
    );
    -- The duration that the event at the position brought.
    CREATE TABLE ${table('series_durations')} (
      position        bigint NOT NULL,
      duration_micros numeric NOT NULL
    );
    -- The agent that the event at the position counts for, where the log does not name it.
    CREATE TABLE ${table('series_agents')} (
      position        bigint NOT NULL,
      agent           text NOT NULL
    );
    -- Those that took effect after they happened, and from which position on: in none of the three above.
    CREATE TABLE ${table('series_late')} (
      valid_from      bigint NOT NULL,
      position        bigint NOT NULL,
      recorded_at     timestamptz(3) NOT NULL,
      project         text NOT NULL,
      agent           text NOT NULL,
      kind            text NOT NULL,
      duration_micros numeric
    );
    ${outcomesTable(table('stats_tasks'))}`;
}

export function indexes(generation: number): readonly string[] {
  return ['series_durations', 'series_agents'].map(
    (table) => `CREATE UNIQUE INDEX ON ${generationTable(table, generation)} (position)`,
  );
}
