import type { RouteHandlers } from '@att/platform/http';
import { noSuchProject } from '../problems.js';
import { pageHeaders, positionHeader } from '../read-model/headers.js';
import type { ReadModel } from '../read-model/read-model.js';
import { selectProject } from './select-project.js';
import { selectProjects } from './select-projects.js';

export function projectRoutes(models: ReadModel): Pick<RouteHandlers, 'listProjects' | 'getProject'> {
  return {
    async listProjects({ query: { limit, offset = 0, min_position }, signal }) {
      const page = await models.read(
        { projection: 'projects', minPosition: min_position, signal },
        selectProjects(limit, offset),
      );
      return { headers: pageHeaders(page), body: page.value.items };
    },
    async getProject({ params: { name }, query: { min_position }, signal }) {
      const { position, value } = await models.read(
        { projection: 'projects', minPosition: min_position, signal },
        selectProject(name),
      );
      if (value === undefined) throw noSuchProject(name);
      return { headers: positionHeader(position), body: value };
    },
  };
}
