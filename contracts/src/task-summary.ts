/** Tasks in lists: cut, so that no task makes a list long, and folded further with the same cut. */
import { z } from 'zod';
import { cutText } from './cut-text.js';
import { type Task, type TaskState, taskSchema } from './task.js';

/** Characters of a text that lists show, in Unicode code points. */
export const MAX_SUMMARY_CHARACTERS = 1_000;

/** Fields that lists cut. */
export const SUMMARY_TEXTS = ['message', 'error_message'] as const;

/** Values, in a task from a list, of the fields that lists leave out. */
export const NOT_IN_SUMMARY = {
  result: null,
  stack_trace: null,
  metadata: {},
  metadata_truncated: false,
} as const satisfies Partial<TaskState>;

/** A task in a list: without what may be large. */
export const taskSummarySchema = taskSchema
  .omit({ result: true, stack_trace: true, metadata: true, metadata_truncated: true })
  .extend({
    /** Names of the fields that were cut to `MAX_SUMMARY_CHARACTERS`; left out where none was. */
    truncated: z.array(z.enum(SUMMARY_TEXTS)).optional(),
  });
export type TaskSummary = z.infer<typeof taskSummarySchema>;

/** Task that a summary is made from, with or without the project's id. */
type Whole = Omit<TaskSummary, 'project_id' | 'truncated'> & Partial<Pick<Task, 'project_id'>>;

/** The task as lists show it. @param task may have more of a text than is shown, which is enough to know that it is cut */
export function summaryOf<From extends Whole>(
  task: From,
): Omit<TaskSummary, 'project_id'> & Pick<From, Extract<keyof From, 'project_id'>> {
  const {
    result,
    stack_trace,
    metadata,
    metadata_truncated,
    truncated: _,
    ...row
  } = task as From & Partial<TaskState & TaskSummary>;
  const truncated = SUMMARY_TEXTS.filter((field) => {
    const text = row[field] ?? '';
    const cut = cutText(text, MAX_SUMMARY_CHARACTERS);
    if (cut.length === text.length) return false;
    row[field] = cut;
    return true;
  });
  if (truncated.length > 0) Object.assign(row, { truncated });
  return row as never;
}

/**
 * A task to fold events into, from its row of a list. A text that was cut stands a character longer than lists show, so that
 * it is cut and named again unless an event brings another one.
 */
export function stateOfSummary({ truncated = [], ...row }: Omit<TaskSummary, 'project_id'>): TaskState {
  const state: TaskState = { ...row, ...NOT_IN_SUMMARY };
  for (const field of truncated) state[field] = `${row[field] ?? ''}…`;
  return state;
}
