import type { OutcomeVersion } from '../fold/task-outcome.js';
import { bigint, type Column, float, text, time } from '../rows/column.js';

export const OUTCOME_COLUMNS: readonly Column<OutcomeVersion>[] = [
  text('project', ({ after }) => after.project),
  text('task_id', ({ after }) => after.task_id),
  bigint('valid_from', ({ at }) => at),
  text('agent', ({ after }) => after.agent),
  text('status', ({ after }) => after.status),
  bigint('attempt', ({ after }) => after.attempt),
  time('started_at', ({ after }) => after.started_at),
  time('finished_at', ({ after }) => after.finished_at),
  float('duration_seconds', ({ after }) => after.duration_seconds),
];
