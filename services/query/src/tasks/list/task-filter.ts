/** Which tasks a list is asked for, from the parameters of the three lists. */
import { type ROUTES, searchWords } from '@att/contracts';
import type { z } from 'zod';

export type TaskListQuery = z.output<(typeof ROUTES)['listTasks']['query']>;

/** What a task must be; an absent field lets any task pass. */
export interface TaskFilter {
  /** Any of these words. */
  status: readonly string[] | undefined;
  agent: string | undefined;
  /** All of these, as a project may be named in the path and twice in the query. */
  projects: readonly string[];
  /** Words that title, task id or message must hold, each any of them, and words of the title alone; folded, the longest first. */
  textParts: readonly string[];
  titleParts: readonly string[];
  /** Recorded times, both included. */
  createdFrom: string | undefined;
  createdTo: string | undefined;
}

/** Whether by anything but texts and times of creation, which have totals and indexes of their own. */
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
