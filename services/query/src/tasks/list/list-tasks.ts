/** Handlers of the three lists of tasks. */
import type { TaskSummary } from '@att/contracts';
import { cutPage, pageAsOf, pageRequest, totalHeaders } from '@att/platform/paging';
import type { Reader } from '../../database/reader.js';
import { noSuchProject } from '../../problems.js';
import type { ReadModel } from '../../read-model/read-model.js';
import { positionHeader } from '../../read-model/snapshot.js';
import { createdBetween } from './created-between.js';
import { selectTaskList } from './select-task-list.js';
import { type TaskListQuery, taskFilterOf } from './task-filter.js';
import { taskOrderOf } from './task-order.js';

export interface ListRequest {
  query: TaskListQuery;
  target: string;
  signal: AbortSignal;
}

/** @param project of the path; a missing project is then a problem, not an empty list */
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
  const asOf = pageAsOf(page, query.as_of);
  const { position, epoch, value, etag } = await models.read(
    { projection: 'tasks', minPosition: query.min_position, ...asOf, besideRow: page.cursor?.key[1], signal },
    selectTaskList({ project, filter, order, page, created }),
  );
  if (project !== undefined && !value.projectExists) throw noSuchProject(project);
  // Rows never move in the order of creation, so pages that are read live neither skip nor repeat one.
  const at = asOf.asOf === undefined && order.field === 'created' ? null : position;
  const cut = cutPage(value.rows, page, { at, epoch }, target);
  return {
    headers: { ...positionHeader(position), ...totalHeaders(value.total, value.isExact), ...cut.headers },
    etag,
    body: cut.rows.map(({ task }): TaskSummary => task),
  };
}
