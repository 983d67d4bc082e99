import { z } from 'zod';
import { wireTime } from './time.js';

const count = z.int().nonnegative();

/** Projects that one agent is listed with. */
export const MAX_AGENT_PROJECTS = 100;

/** Counts go by a task's current agent. */
export const agentSchema = z.object({
  name: z.string(),
  /** Projects in which it has a task now, by name; the first `MAX_AGENT_PROJECTS` of them. */
  projects: z.array(z.string()),
  /** Names `projects` where there are more of them; left out where there are not. */
  truncated: z.array(z.literal('projects')).optional(),
  total_tasks: count,
  active_tasks: count,
  completed_tasks: count,
  failed_tasks: count,
  /** Share of completed tasks, 0 to 1: completed / (completed + failed); null where both are 0. */
  success_rate: z.number().min(0).max(1).nullable(),
  /** Seconds, over completed tasks that have a duration; null if none. */
  average_duration: z.number().nonnegative().nullable(),
  first_seen: wireTime,
  last_seen: wireTime,
});
export type Agent = z.infer<typeof agentSchema>;
