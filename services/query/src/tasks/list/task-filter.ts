/** Filter of tasks, from the parameters of the three lists. */
import { type ROUTES, searchWords } from '@att/contracts';
import type { z } from 'zod';

export type TaskListQuery = z.output<(typeof ROUTES)['listTasks']['query']>;

/** Filter of tasks; an absent field matches any task. */
export interface TaskFilter {
  /** Statuses, of which a task has one. */
  status: readonly string[] | undefined;
  agent: string | undefined;
  /** Projects, all of which must be the task's: a project may be named in the path and twice in the query. */
  projects: readonly string[];
  /** Words that must each be in title, task id or message; case-folded, the longest first. */
  textParts: readonly string[];
  /** Words that must each be in the title; case-folded, the longest first. */
  titleParts: readonly string[];
  /** Bounds of the time of creation, both included. */
  createdFrom: string | undefined;
  createdTo: string | undefined;
}

/** True for a filter by status, agent or project; words and times of creation have indexes of their own. */
export function isFiltered({ status, agent, projects }: TaskFilter): boolean {
  return status !== undefined || agent !== undefined || projects.length > 0;
}

/** @param project of the path */
export function taskFilterOf(query: TaskListQuery, project: string | undefined): TaskFilter {
  return {
    status: query.status === undefined ? undefined : [...new Set(query.status)],
    agent: query.agent,
    projects: [...new Set(present([project, query.project, query.project_name]))],
    textParts: searchWords(query.q ?? ''),
    titleParts: searchWords(query.task_name ?? ''),
    createdFrom: present([query.from, query.from_date]).sort().at(-1),
    createdTo: present([query.to, query.to_date]).sort()[0],
  };
}

const present = (values: readonly (string | undefined)[]) => values.filter((value) => value !== undefined);
