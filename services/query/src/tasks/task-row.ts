import type { Task, TaskSummary } from '@att/contracts';
import { joinMetadata } from '@att/platform/projections';

/** Columns that lists and single tasks share; columns and fields of the API have the same names. */
export type TaskSummaryRow = Omit<TaskSummary, 'truncated'>;

/** Row of a whole task; JSON columns are read as text. */
export interface TaskRow extends TaskSummaryRow {
  result: string | null;
  stack_trace: string | null;
  /** Columns of `metadataAt`; null for a task without metadata. */
  is_truncated: boolean | null;
  changes: string[] | null;
}

/** Fields of a summary, without other columns of the row. */
export function fieldsOf(row: TaskSummaryRow): TaskSummaryRow {
  return {
    id: row.id,
    project: row.project,
    project_id: row.project_id,
    task_id: row.task_id,
    title: row.title,
    agent: row.agent,
    status: row.status,
    progress: row.progress,
    message: row.message,
    attempt: row.attempt,
    created_at: row.created_at,
    updated_at: row.updated_at,
    started_at: row.started_at,
    finished_at: row.finished_at,
    duration_seconds: row.duration_seconds,
    error_type: row.error_type,
    error_message: row.error_message,
    position: row.position,
  };
}

export function taskOf(row: TaskRow): Task {
  return {
    ...fieldsOf(row),
    result: row.result === null ? null : JSON.parse(row.result),
    stack_trace: row.stack_trace,
    metadata: joinMetadata(row.changes ?? ['{}']),
    metadata_truncated: row.is_truncated ?? false,
  };
}
