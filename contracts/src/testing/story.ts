/** The story of one task, told briefly: shared by the tests of `evolve`. */
import { evolve, type TaskEvent, type TaskEventType, type TaskState } from '../index.js';

/** Seconds after the start of the day; the log's position is given beside it. */
export const at = (seconds: number) => new Date(Date.UTC(2026, 0, 31, 12, 0, seconds)).toISOString();

export type Told = {
  data?: Record<string, unknown> | null;
  at?: number;
  clock?: number;
  agent?: string | null;
};
export type Step = [TaskEventType, Told?];

/** The story of one task: each step is recorded a second after the one before, unless it says when. */
export function story(...steps: Step[]): TaskEvent[] {
  return steps.map(([type, told = {}], index) => ({
    position: index + 1,
    event_id: `01890000-0000-7000-8000-${String(index + 1).padStart(12, '0')}`,
    type,
    project: 'shop',
    task_id: 'task-1',
    agent: told.agent === undefined ? 'claude' : told.agent,
    occurred_at: told.clock === undefined ? null : at(told.clock),
    recorded_at: at(told.at ?? index),
    data: told.data === null ? null : { task: 'Discount', ...told.data },
  }));
}

export const fold = (events: readonly TaskEvent[]): TaskState | undefined =>
  events.reduce<TaskState | undefined>((task, event) => evolve(task, event), undefined);

export const START = 'task.started';
export const STATUS = 'task.progressed';
export const FINISH = 'task.finished';
export const FAIL = 'task.failed';
export const failure = { error_type: 'TypeError', error_message: 'no', stack_trace: 'at x' };

/** Given these steps, this is what the task is. */
export interface Rule {
  rule: string;
  given: Step[];
  is: Partial<TaskState>;
}
