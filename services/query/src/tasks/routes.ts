import type { RouteHandlers } from '@att/platform/http';
import { ambiguousTask, noSuchProject, noSuchTask } from '../problems.js';
import { pageHeaders, positionHeader } from '../read-model/headers.js';
import type { ReadModel, Wanted } from '../read-model/read-model.js';
import { selectProjectTask } from './select-project-task.js';
import { selectProjectTasks } from './select-project-tasks.js';
import { selectTask } from './select-task.js';
import { selectTasks } from './select-tasks.js';

type TaskRoutes = Pick<RouteHandlers, 'listTasks' | 'listProjectTasks' | 'getTask' | 'getProjectTask'>;

export function taskRoutes(models: ReadModel): TaskRoutes {
  return {
    async listTasks({ query: { min_position, status, limit, offset = 0 }, signal }) {
      const page = await models.read(tasks(min_position, signal), selectTasks({ status, limit, offset }));
      return { headers: pageHeaders(page), body: page.value.items };
    },
    async listProjectTasks({ params: { name }, query: { min_position, status, limit, offset = 0 }, signal }) {
      const page = await models.read(
        tasks(min_position, signal),
        selectProjectTasks(name, { status, limit, offset }),
      );
      if (!page.value.projectExists) throw noSuchProject(name);
      return { headers: pageHeaders(page), body: page.value.items };
    },
    async getTask({ params: { task_id }, query: { min_position }, signal }) {
      const { position, value } = await models.read(tasks(min_position, signal), selectTask(task_id));
      if (value.task === undefined) throw noSuchTask(task_id);
      if (value.count > 1) throw ambiguousTask(task_id, value.projects, value.count);
      return { headers: positionHeader(position), body: value.task };
    },
    async getProjectTask({ params: { name, task_id }, query: { min_position }, signal }) {
      const { position, value } = await models.read(
        tasks(min_position, signal),
        selectProjectTask(name, task_id),
      );
      if (!value.projectExists) throw noSuchProject(name);
      if (value.task === undefined) throw noSuchTask(task_id, name);
      return { headers: positionHeader(position), body: value.task };
    },
  };
}

function tasks(minPosition: number | undefined, signal: AbortSignal): Wanted {
  return { projection: 'tasks', minPosition, signal };
}
