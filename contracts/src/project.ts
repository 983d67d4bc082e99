import { z } from 'zod';
import { position } from './events.js';
import { wireTime } from './time.js';

const count = z.int().nonnegative();

export const projectSchema = z.object({
  /** Position of the project's first event. */
  id: position.min(1),
  name: z.string(),
  created_at: wireTime,
  updated_at: wireTime,
  total_tasks: count,
  active_tasks: count,
  completed_tasks: count,
  failed_tasks: count,
});
export type Project = z.infer<typeof projectSchema>;

export const statsSchema = z.object({
  total_projects: count,
  total_tasks: count,
  active_tasks: count,
  completed_tasks: count,
  failed_tasks: count,
  /** Seconds: mean of `duration_seconds` over completed tasks that have one; null if none. */
  average_duration: z.number().nonnegative().nullable(),
});
export type Stats = z.infer<typeof statsSchema>;
