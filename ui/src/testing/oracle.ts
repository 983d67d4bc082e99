/** Test oracle: the lists that REST must answer, folded event by event without optimisations. */
import {
  type EventFrame,
  eventOfFrame,
  evolve,
  isActive,
  type Project,
  summaryOf,
  type TaskState,
} from '@att/contracts';
import { type ProjectList, projectRows } from '../lists/project-list';
import type { TaskFilter, TaskList, TaskRow } from '../lists/task-list';

export interface Oracle {
  take(frame: EventFrame): void;
  list(filter: TaskFilter, window: number): TaskList;
  projects(position: number): ProjectList;
}

export function makeOracle(): Oracle {
  const tasks = new Map<string, TaskState>();
  const sorted = () => [...tasks.values()].sort((a, b) => b.id - a.id);
  return {
    take(frame) {
      const key = `${frame.data.project}/${frame.data.task_id}`;
      tasks.set(key, evolve(tasks.get(key), eventOfFrame(frame)));
    },
    list(filter, window) {
      const matching = sorted()
        .filter((task) => filter.project === undefined || task.project === filter.project)
        .filter((task) => filter.statuses.length === 0 || filter.statuses.includes(task.status));
      const rows = matching.slice(0, window).map((task): TaskRow => summaryOf(task));
      return { rows, total: matching.length };
    },
    projects(position) {
      const names = [...new Set(sorted().map((task) => task.project))].sort();
      const projects = names.map((name): Project => {
        const own = sorted().filter((task) => task.project === name);
        const ended = (status: string) =>
          own.filter((task) => !isActive(task) && task.status === status).length;
        return {
          id: 1,
          name,
          created_at: '',
          updated_at: '',
          total_tasks: own.length,
          active_tasks: own.filter(isActive).length,
          completed_tasks: ended('completed'),
          failed_tasks: ended('failed'),
        };
      });
      return { rows: projectRows(projects, position), total: projects.length };
    },
  };
}

/** Counters of each project as sorted lines, so that two lists can be compared. */
export function countersOf(list: ProjectList): string[] {
  return list.rows
    .map((row) =>
      [row.name, row.total_tasks, row.active_tasks, row.completed_tasks, row.failed_tasks].join(' '),
    )
    .sort();
}
