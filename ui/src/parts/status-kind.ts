/** Kind of a status, which decides its icon and colour. Agents report words of their own, which are shown as they are. */

export type StatusKind = 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';

/** Words of agents for "not working right now". */
export const WAITING_WORDS = ['waiting', 'blocked', 'paused', 'pending', 'queued'] as const;

const WAITING: ReadonlySet<string> = new Set(WAITING_WORDS);

export function statusKind(task: { status: string; finished_at: string | null }): StatusKind {
  if (task.finished_at === null) return WAITING.has(task.status.toLowerCase()) ? 'waiting' : 'running';
  if (task.status === 'completed' || task.status === 'failed') return task.status;
  return 'cancelled';
}
