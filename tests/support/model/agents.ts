import type { Agent } from '@att/contracts';
import { averageDuration, countTasks } from './count-tasks.js';
import type { Folded } from './fold-log.js';

/** Agents in the order of their first events. An applied event counts for the agent that the task has after it. */
export function agentsOf({ applied, tasks }: Folded): (Agent & { id: number })[] {
  const names = new Set(applied.map(({ after }) => after.agent));
  return [...names].map((name) => {
    const seen = applied.filter(({ after }) => after.agent === name).map(({ event }) => event);
    const its = tasks.filter(({ agent }) => agent === name);
    const counts = countTasks(its);
    const ended = counts.completed_tasks + counts.failed_tasks;
    return {
      id: seen[0]?.position as number,
      name,
      projects: [...new Set(its.map(({ project }) => project))].sort(byCodePoint),
      ...counts,
      success_rate: ended === 0 ? null : counts.completed_tasks / ended,
      average_duration: averageDuration(its),
      first_seen: seen[0]?.recorded_at as string,
      last_seen: seen
        .map(({ recorded_at }) => recorded_at)
        .sort()
        .at(-1) as string,
    };
  });
}

/** The same order in every locale, unlike that of UTF-16 also past the basic plane. */
export function byCodePoint(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
