/** The three lists of tasks: one of them is a project's. */
import type { TaskSummary } from '@att/contracts';
import { cutPage, momentOf, pageRequest, totalHeaders } from '@att/platform/paging';
import type { Reader } from '../../database/reader.js';
import { selectLastBefore } from '../../events/select-last-before.js';
import { noSuchProject } from '../../problems.js';
import { positionHeader } from '../../read-model/headers.js';
import type { ReadModel } from '../../read-model/read-model.js';
import { selectTaskList } from './select-task-list.js';
import { type TaskFilter, type TaskListQuery, taskFilterOf } from './task-filter.js';
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
  const ids = await idsOf(log, filter);
  const moment = momentOf(page, query.as_of);
  const { position, value, etag } = await models.read(
    { projection: 'tasks', minPosition: query.min_position, ...moment, signal },
    selectTaskList({ project, filter, order, page, ids }),
  );
  if (project !== undefined && !value.projectExists) throw noSuchProject(project);
  // In the order of creation no row ever moves, so pages read live neither skip nor repeat one.
  const at = moment.asOf === undefined && order.field === 'created' ? null : position;
  const cut = cutPage(value.rows, page, at, target);
  return {
    headers: { ...positionHeader(position), ...totalHeaders(value.total, value.isExact), ...cut.headers },
    etag,
    body: cut.rows.map(({ task }): TaskSummary => task),
  };
}

/** A task was created at its first event, and its id is that event's position: times are ranges of ids. */
async function idsOf(log: Reader, { createdFrom, createdTo }: TaskFilter) {
  const [before, last] = await Promise.all([
    createdFrom === undefined ? undefined : selectLastBefore(log, createdFrom, false),
    createdTo === undefined ? undefined : selectLastBefore(log, createdTo, true),
  ]);
  return { from: before === undefined ? undefined : before.position + 1, to: lastId(last) };
}

/** When even the head is early enough, so may be what comes next. */
function lastId(last: { position: number; head: number } | undefined): number | undefined {
  return last === undefined || last.position === last.head ? undefined : last.position;
}
