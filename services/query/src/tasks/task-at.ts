/** SQL of tasks as they were at a position. */
import { MAX_SUMMARY_CHARACTERS } from '@att/contracts';
import { generationTable, metadataAt, type TableName } from '@att/platform/projections';

const columns = (
  generation: number,
  text: (column: string) => string,
) => `o.id, o.project, o.project_id, o.task_id, s.title, s.agent, s.status,
               v.progress, ${text(messageOf(generation))} AS message, s.attempt,
               o.created_at, v.updated_at, s.started_at, s.finished_at, s.duration_seconds,
               s.error_type, ${text(broughtByEnd(generation, 'error_message'))} AS error_message,
               coalesce(v.late_event, v.valid_from) AS position`;

/** SQL of the message. It is stored once, in the version that brought it. */
function messageOf(generation: number): string {
  return `CASE WHEN v.message_from = v.valid_from THEN v.message WHEN v.message_from IS NOT NULL THEN (
                 SELECT message FROM ${generationTable('task_versions', generation)} WHERE id = o.id AND valid_from = v.message_from
               ) END`;
}

/** SQL of a field that a task's end brought. It is stored once, in the span that began with the end. */
function broughtByEnd(generation: number, column: 'result' | 'error_message' | 'stack_trace'): string {
  return `CASE WHEN s.end_from = s.valid_from THEN s.${column} WHEN s.end_from IS NOT NULL THEN (
                 SELECT ${column} FROM ${generationTable('task_spans', generation)} WHERE id = o.id AND valid_from = s.end_from
               ) END`;
}

/**
 * SQL of the columns that lists show of the task `o`, its version `v` and its span `s`. Long texts are cut in the database, to one
 * character more than is shown, so that a cut text can be recognised.
 */
export const summary = (generation: number) =>
  columns(generation, (text) => `substr(${text}, 1, ${MAX_SUMMARY_CHARACTERS + 1})`);

/**
 * SQL that joins the version `v` and the span `s` of the task `o`.
 *
 * @param until conditions on the `valid_from` of both; none for the latest
 */
export function joinState(generation: number, until: readonly string[]): string {
  return `
        CROSS JOIN LATERAL (${latestOf('task_versions', generation, 'o.id', until)}
        ) v
        CROSS JOIN LATERAL (${latestOf('task_spans', generation, 'o.id', until)}
        ) s`;
}

/** SQL of the latest row of a task's history: one look-up, however many rows it has. */
export function latestOf(table: TableName, generation: number, id: string, until: readonly string[]): string {
  return `
          SELECT * FROM ${generationTable(table, generation)}
          WHERE ${[`id = ${id}`, ...until].join(' AND ')} ORDER BY valid_from DESC LIMIT 1`;
}

/**
 * SQL of the task `o` as it was at `g.at`.
 *
 * @param condition on the row `o` of the table of tasks
 */
export function tasksAt(generation: number, condition: string): string {
  const brought = (['result', 'stack_trace'] as const).map(
    (column) => `${broughtByEnd(generation, column)} AS ${column}`,
  );
  return `
        SELECT ${columns(generation, (text) => text)}, ${brought.join(', ')}, m.is_truncated, m.changes
        FROM ${generationTable('tasks', generation)} o${joinState(generation, ['valid_from <= g.at'])}
        LEFT JOIN LATERAL (${metadataAt(generationTable('task_metadata', generation), 'o.id', ['valid_from <= g.at'])}
        ) m ON true
        WHERE o.id <= g.at AND ${condition}`;
}
