import type { OutcomeVersion } from '../fold/task-outcome.js';
import { bigint, copyColumns, float, text, time } from '../rows/column.js';

export const OUTCOME_COLUMNS = copyColumns<'stats_tasks', OutcomeVersion>({
  project: text(({ after }) => after.project),
  task_id: text(({ after }) => after.task_id),
  valid_from: bigint(({ at }) => at),
  agent: text(({ after }) => after.agent),
  status: text(({ after }) => after.status),
  attempt: bigint(({ after }) => after.attempt),
  started_at: time(({ after }) => after.started_at),
  finished_at: time(({ after }) => after.finished_at),
  duration_seconds: float(({ after }) => after.duration_seconds),
});
