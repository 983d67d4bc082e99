/** Log to replay, with its plain fold. */
import { evolve, type TaskEvent, type TaskState, type WebhookKind } from '@att/contracts';
import { taskKey } from '../live/change';
import type { Shown } from '../replay/replay-state';
import { isOfScope, type Scope } from '../replay/scope';
import { counterOf, MAX_RECENT, NO_COUNTS, type World } from '../replay/world';
import { eventAt } from './frames';

export type Report = readonly [kind: WebhookKind, project: string, task: string];

/** Makes a log whose every fifth position is not of a task. */
export function replayLog(reports: readonly Report[]): TaskEvent[] {
  return reports.map(([kind, project, task_id], index) =>
    eventAt(index + 1 + Math.floor(index / 4), kind, { project, task_id }),
  );
}

/** World that a replay of `scope` from `after` on has to show at `position`. */
export function plainWorld(log: readonly TaskEvent[], scope: Scope, after: number, position: number): World {
  const own = log.filter((event) => event.position <= position && isOfScope(scope, event));
  const tasks = new Map<string, TaskState>();
  for (const event of own) tasks.set(taskKey(event), evolve(tasks.get(taskKey(event)), event));
  const counts = { ...NO_COUNTS, total: tasks.size };
  for (const task of tasks.values()) counts[counterOf(task)] += 1;
  return {
    scope,
    tasks,
    whole: true,
    counts,
    seen: own.filter((event) => event.position > after).length,
    recent: own.slice(-MAX_RECENT),
    inexactAt: 0,
  };
}

export function plainShown(log: readonly TaskEvent[], scope: Scope, after: number, position: number): Shown {
  const time =
    log.findLast((event) => event.position <= position)?.recorded_at ?? eventAt(0, 'start').recorded_at;
  return { position, time, world: plainWorld(log, scope, after, position) };
}
