import { z } from 'zod';
import {
  asOfQuery,
  fromDate,
  nameFilter,
  pagedQuery,
  paging,
  partFilter,
  pathName,
  sortBy,
  statusFilter,
  time,
  toDate,
} from '../parameters.js';
import { taskSchema } from '../task.js';
import { taskSummarySchema } from '../task-summary.js';
import type { Route } from './route.js';

/** Query that all lists of tasks share. `from` and `from_date` may be given together and then both hold, like `to` and `to_date`. */
const taskListQuery = pagedQuery({
  ...paging(200),
  ...asOfQuery,
  sort: sortBy('created', 'updated', 'title', 'duration').default('-created'),
  status: statusFilter.optional(),
  agent: nameFilter.optional(),
  project: nameFilter.optional(),
  project_name: nameFilter.optional().describe('The same as project'),
  q: partFilter.optional().describe('Part of the title, the task id or the message'),
  task_name: partFilter.optional().describe('Part of the title'),
  from: time.optional().describe('Created at this time or later'),
  to: time.optional().describe('Created at this time or earlier'),
  from_date: fromDate.optional().describe('Created at this time, on this day, or later'),
  to_date: toDate.optional().describe('Created at this time, on this day, or earlier'),
});

export const taskRoutes = {
  listProjectTasks: {
    method: 'GET',
    path: '/api/projects/{name}/tasks',
    summary: 'The tasks of a project, newest first',
    scope: 'read',
    params: z.object({ name: pathName }),
    query: taskListQuery,
    status: 200,
    response: z.array(taskSummarySchema),
    problems: ['not_found'],
  },
  getProjectTask: {
    method: 'GET',
    path: '/api/projects/{name}/tasks/{task_id}',
    summary: 'One task of a project',
    scope: 'read',
    params: z.object({ name: pathName, task_id: pathName }),
    query: z.strictObject(asOfQuery),
    status: 200,
    response: taskSchema,
    problems: ['not_found'],
  },
  listTasks: {
    method: 'GET',
    path: '/api/tasks',
    summary: 'The tasks of all projects, newest first',
    scope: 'read',
    query: taskListQuery,
    status: 200,
    response: z.array(taskSummarySchema),
  },
  /** Stands before getTask, whose path it matches too. */
  searchTasks: {
    method: 'GET',
    path: '/api/tasks/search',
    summary: 'The tasks that match, newest first',
    scope: 'read',
    query: taskListQuery,
    status: 200,
    response: z.array(taskSummarySchema),
  },
  getTask: {
    method: 'GET',
    path: '/api/tasks/{task_id}',
    summary: 'The one task of this id; 409 when several projects have one',
    scope: 'read',
    params: z.object({ task_id: pathName }),
    query: z.strictObject(asOfQuery),
    status: 200,
    response: taskSchema,
    problems: ['not_found', 'ambiguous_task'],
  },
} as const satisfies Record<string, Route>;
