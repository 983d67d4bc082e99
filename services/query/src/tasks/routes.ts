import type { AsOf } from '@att/contracts';
import type { HandlersOf } from '@att/platform/http';
import type { Reader } from '../database/reader.js';
import { ambiguousTask, noSuchProject, noSuchTask } from '../problems.js';
import type { ReadModel, ReadRequest } from '../read-model/read-model.js';
import { positionHeader } from '../read-model/snapshot.js';
import { listTasks } from './list/list-tasks.js';
import { selectProjectTask } from './select-project-task.js';
import { selectTask } from './select-task.js';

/** @param log finds the positions that a time stands for */
export function taskRoutes(models: ReadModel, log: Reader): HandlersOf<'tasks'> {
  return {
    listTasks: (request) => listTasks(models, log, request),
    searchTasks: (request) => listTasks(models, log, request),
    async listProjectTasks(request) {
      return listTasks(models, log, request, request.params.name);
    },
    async getTask({ params: { task_id }, query: { min_position, as_of }, signal }) {
      const { position, value, etag } = await models.read(
        tasks(min_position, as_of, signal),
        selectTask(task_id),
      );
      if (value.task === undefined) throw noSuchTask(task_id);
      if (value.count > 1) throw ambiguousTask(task_id, value.projects, value.count);
      return { headers: positionHeader(position), etag, body: value.task };
    },
    async getProjectTask({ params: { name, task_id }, query: { min_position, as_of }, signal }) {
      const { position, value, etag } = await models.read(
        tasks(min_position, as_of, signal),
        selectProjectTask(name, task_id),
      );
      if (!value.projectExists) throw noSuchProject(name);
      if (value.task === undefined) throw noSuchTask(task_id, name);
      return { headers: positionHeader(position), etag, body: value.task };
    },
  };
}

function tasks(minPosition: number | undefined, asOf: AsOf | undefined, signal: AbortSignal): ReadRequest {
  return { projection: 'tasks', minPosition, asOf, signal };
}
