import { isActive, type Task } from '@att/contracts';

export function countTasks(tasks: readonly Task[]) {
  const ended = (status: string) => tasks.filter((task) => !isActive(task) && task.status === status).length;
  return {
    total_tasks: tasks.length,
    active_tasks: tasks.filter(isActive).length,
    completed_tasks: ended('completed'),
    failed_tasks: ended('failed'),
  };
}

/** Mean duration of completed tasks that have one; null if there are none. */
export function averageDuration(tasks: readonly Task[]): number | null {
  return meanOf(
    tasks.flatMap(({ status, finished_at, duration_seconds }) =>
      status === 'completed' && finished_at !== null && duration_seconds !== null ? [duration_seconds] : [],
    ),
  );
}

/** Mean over whole microseconds, so that it does not depend on the order. */
export function meanOf(seconds: readonly number[]): number | null {
  if (seconds.length === 0) return null;
  return seconds.reduce((sum, one) => sum + Math.round(one * 1e6), 0) / (seconds.length * 1e6);
}
