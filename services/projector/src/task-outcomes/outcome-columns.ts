import { type Column, float, text, time } from '../rows/column.js';
import type { TaskOutcome } from './task-outcome.js';

export const TASK_COLUMNS: readonly Column<TaskOutcome>[] = [
  text('project', (outcome) => outcome.project),
  text('task_id', (outcome) => outcome.task_id),
];

export const OUTCOME_COLUMNS: readonly Column<TaskOutcome>[] = [
  text('agent', (outcome) => outcome.agent),
  text('status', (outcome) => outcome.status),
  time('started_at', (outcome) => outcome.started_at),
  time('finished_at', (outcome) => outcome.finished_at),
  float('duration_seconds', (outcome) => outcome.duration_seconds),
];
