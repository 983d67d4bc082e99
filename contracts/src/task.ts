/** The task: what `evolve` folds a task's events into, and the shapes REST answers with. */
import { z } from 'zod';
import { position } from './events.js';
import { jsonObject } from './json-object.js';
import { wireTime } from './time.js';

export const taskSchema = z.object({
  /** Position of the task's first event: stable across rebuilds. */
  id: position.min(1),
  project: z.string(),
  /** Position of the project's first event. */
  project_id: position.min(1),
  task_id: z.string(),
  title: z.string(),
  agent: z.string(),
  /** `running`, `completed`, `failed`, `cancelled`, or the agent's own word. */
  status: z.string(),
  /** Percentage, 0 to 100. */
  progress: z.number(),
  message: z.string().nullable(),
  /** Counts starts; 1 also for a task that was never seen to start. */
  attempt: z.int().min(1),
  created_at: wireTime,
  updated_at: wireTime,
  started_at: wireTime.nullable(),
  /** Set exactly while the task has ended. */
  finished_at: wireTime.nullable(),
  duration_seconds: z.number().nonnegative().nullable(),
  result: z.unknown(),
  error_type: z.string().nullable(),
  error_message: z.string().nullable(),
  stack_trace: z.string().nullable(),
  /** Merged key by key, and bounded as a whole: `mergeMetadata`. */
  metadata: jsonObject,
  /** A report since the last start brought a key that was left out, as the whole would have been too large. */
  metadata_truncated: z.boolean(),
  /** Position of the latest event that was applied. */
  position: position.min(1),
});
export type Task = z.infer<typeof taskSchema>;

/** Task as it follows from its own events; the caller supplies `project_id`. */
export type TaskState = Omit<Task, 'project_id'>;

/** Active means not ended. */
export function isActive(task: Pick<Task, 'finished_at'>): boolean {
  return task.finished_at === null;
}
