/** Short notation for the events of one task, shared by the tests of `evolve`. */
import { evolve, type TaskEvent, type TaskEventType, type TaskState } from '../index.js';

/** Seconds after the start of the day; the log's position is given beside it. */
export const at = (seconds: number) => new Date(Date.UTC(2026, 0, 31, 12, 0, seconds)).toISOString();

export type StepFields = {
  data?: Record<string, unknown> | null;
  /** Seconds at which the event was recorded. */
  at?: number;
  /** Seconds at which it happened, by the sender's clock. */
  clock?: number;
  agent?: string | null;
};
export type Step = [TaskEventType, StepFields?];

/** Events of one task. Each is recorded a second after the one before, unless its step has `at`. */
export function story(...steps: Step[]): TaskEvent[] {
  return steps.map(([type, fields = {}], index) => ({
    position: index + 1,
    event_id: `01890000-0000-7000-8000-${String(index + 1).padStart(12, '0')}`,
    type,
    project: 'shop',
    task_id: 'task-1',
    agent: fields.agent === undefined ? 'claude' : fields.agent,
    occurred_at: fields.clock === undefined ? null : at(fields.clock),
    recorded_at: at(fields.at ?? index),
    data: fields.data === null ? null : { task: 'Discount', ...fields.data },
  }));
}

export const fold = (events: readonly TaskEvent[]): TaskState | undefined =>
  events.reduce<TaskState | undefined>((task, event) => evolve(task, event), undefined);

export const START = 'task.started';
export const STATUS = 'task.progressed';
export const FINISH = 'task.finished';
export const FAIL = 'task.failed';
export const failure = { error_type: 'TypeError', error_message: 'no', stack_trace: 'at x' };

/** Rule of `evolve`: the task must be `is` after the steps in `given`. */
export interface Rule {
  rule: string;
  given: Step[];
  is: Partial<TaskState>;
}
