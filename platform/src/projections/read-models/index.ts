/**
 * Tables of the read models: the projector makes and fills them, and services/query reads them. With each change of one the version
 * of its projection goes up in `PROJECTION_VERSIONS`.
 */
import type { ProjectionName } from '../versions.js';
import { AGENT_TABLES } from './agents.js';
import { PROJECT_TABLES } from './projects.js';
import { STATS_TABLES } from './stats.js';
import type { RunTable, SqlType, Table } from './table.js';
import { TASK_TABLES } from './tasks.js';

const EVENT_TABLES = {
  /** Index of the log by field: bit by bit the chunks of a group in which a value occurs. */
  event_index: {
    columns: {
      field: 'text NOT NULL',
      value: 'text NOT NULL',
      chunk_group: 'bigint NOT NULL',
      chunks: 'int NOT NULL',
    },
  },
} as const satisfies Record<string, Table>;

/** Tables of each projection, by the beginning of their names: see `generationTable`. */
export const READ_MODELS = {
  tasks: TASK_TABLES,
  projects: PROJECT_TABLES,
  agents: AGENT_TABLES,
  stats: STATS_TABLES,
  events: EVENT_TABLES,
} satisfies Record<ProjectionName, Readonly<Record<string, Table>>>;

export const TABLES = {
  ...TASK_TABLES,
  ...PROJECT_TABLES,
  ...AGENT_TABLES,
  ...STATS_TABLES,
  ...EVENT_TABLES,
};
type Tables = typeof TABLES;

export type TableName = keyof Tables;
export type ColumnName<Name extends TableName> = keyof Tables[Name]['columns'] & string;
/** SQL type of a column's values. */
export type ColumnType<Name extends TableName, Column extends ColumnName<Name>> = SqlType<
  Tables[Name]['columns'][Column]
> &
  string;

/** Tables of histories in runs. */
export type RunTableName = {
  [Name in TableName]: Tables[Name] extends RunTable ? Name : never;
}[TableName];
export type RunKey<Name extends RunTableName> = Tables[Name]['key'];
export type RunMoving<Name extends RunTableName> = Tables[Name]['moving'];

/** Table of one generation, ready to stand in SQL. */
export function generationTable(table: TableName, generation: number): string {
  return `projection.${table}_g${generation}`;
}

export type { SqlType, Table } from './table.js';
