import { z } from 'zod';
import { position } from './events.js';
import { wireTime } from './time.js';

const count = z.int().nonnegative();

/** Task that is blocked in a generation because one of its events could not be applied. */
export const deadLetterSchema = z.object({
  id: z.int().min(1),
  projection: z.string(),
  generation: z.int().min(1),
  project: z.string(),
  task_id: z.string(),
  /** Position of the event that could not be applied. */
  position: position.min(1),
  error_name: z.string(),
  error_message: z.string(),
  /** Number of later events of the task that wait behind it. */
  queued: count,
  attempts: count,
  state: z.enum(['waiting', 'retry', 'skip']),
  created_at: wireTime,
});
export type DeadLetter = z.infer<typeof deadLetterSchema>;
