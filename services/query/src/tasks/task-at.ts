/** SQL of tasks as they were at a position. */
import { MAX_SUMMARY_CHARACTERS } from '@att/contracts';
import { generationTable } from '@att/platform/projections';

const columns = (
  text: (column: string) => string,
) => `o.id, o.project, o.project_id, o.task_id, s.title, s.agent, s.status,
               v.progress, ${text('v.message')} AS message, s.attempt,
               o.created_at, v.updated_at, s.started_at, s.finished_at, s.duration_seconds,
               s.error_type, ${text('s.error_message')} AS error_message, coalesce(v.late_event, v.valid_from) AS position`;

/**
 * What lists show of the task `o`, of its version `v` and of its span `s`. Of long texts PostgreSQL reads and sends the
 * beginning alone: a character more than is shown, which tells that there is more.
 */
export const SUMMARY = columns((text) => `substr(${text}, 1, ${MAX_SUMMARY_CHARACTERS + 1})`);

/** The same with texts whole. */
const WHOLE = columns((text) => text);

/**
 * Joins of the version `v` and the span `s` of the task `o`.
 *
 * @param until conditions on the `valid_from` of both; none for the latest
 */
export function joinState(generation: number, until: readonly string[]): string {
  const latestOf = (table: string) => `
          SELECT * FROM ${generationTable(table, generation)}
          WHERE ${['id = o.id', ...until].join(' AND ')} ORDER BY valid_from DESC LIMIT 1`;
  return `
        CROSS JOIN LATERAL (${latestOf('task_versions')}
        ) v
        CROSS JOIN LATERAL (${latestOf('task_spans')}
        ) s`;
}

/**
 * The task `o` as it was at `g.at`; metadata is kept where it changed last.
 *
 * @param condition on the row `o` of the table of tasks
 */
export function tasksAt(generation: number, condition: string): string {
  return `
        SELECT ${WHOLE}, s.result, s.stack_trace, m.metadata, v.metadata_truncated
        FROM ${generationTable('tasks', generation)} o${joinState(generation, ['valid_from <= g.at'])}
        JOIN ${generationTable('task_versions', generation)} m ON m.id = o.id AND m.valid_from = v.metadata_from
        WHERE o.id <= g.at AND ${condition}`;
}
