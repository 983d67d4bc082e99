/** The three lists of tasks: one of them is a project's. */
import type { TaskSummary } from '@att/contracts';
import { cutPage, pageAsOf, pageRequest, totalHeaders } from '@att/platform/paging';
import type { Reader } from '../../database/reader.js';
import { noSuchProject } from '../../problems.js';
import { positionHeader } from '../../read-model/headers.js';
import type { ReadModel } from '../../read-model/read-model.js';
import { createdBetween } from './created-between.js';
import { selectTaskList } from './select-task-list.js';
import { type TaskListQuery, taskFilterOf } from './task-filter.js';
import { taskOrderOf } from './task-order.js';

export interface ListRequest {
  query: TaskListQuery;
  target: string;
  signal: AbortSignal;
}

/** @param project of the path; a project that does not exist is a problem then, not an empty list */
export async function listTasks(
  models: ReadModel,
  log: Reader,
  { query, target, signal }: ListRequest,
  project?: string,
) {
  const order = taskOrderOf(query.sort);
  const page = pageRequest(query, order, target);
  const filter = taskFilterOf(query, project);
  const created = await createdBetween(log, filter);
  const moment = pageAsOf(page, query.as_of);
  const { position, epoch, value, etag } = await models.read(
    { projection: 'tasks', minPosition: query.min_position, ...moment, signal },
    selectTaskList({ project, filter, order, page, created }),
  );
  if (project !== undefined && !value.projectExists) throw noSuchProject(project);
  // In the order of creation no row ever moves, so pages read live neither skip nor repeat one.
  const at = moment.asOf === undefined && order.field === 'created' ? null : position;
  const cut = cutPage(value.rows, page, { at, epoch }, target);
  return {
    headers: { ...positionHeader(position), ...totalHeaders(value.total, value.isExact), ...cut.headers },
    etag,
    body: cut.rows.map(({ task }): TaskSummary => task),
  };
}
