import type { HandlersOf } from '@att/platform/http';
import { noSuchProject } from '../problems.js';
import type { ReadModel } from '../read-model/read-model.js';
import { positionHeader } from '../read-model/snapshot.js';
import { listProjects } from './list-projects.js';
import { selectProject } from './select-project.js';

export function projectRoutes(models: ReadModel): HandlersOf<'projects'> {
  return {
    listProjects: (request) => listProjects(models, request),
    async getProject({ params: { name }, query: { min_position, as_of }, signal }) {
      const { position, value, etag } = await models.read(
        { projection: 'projects', minPosition: min_position, asOf: as_of, signal },
        selectProject(name),
      );
      if (value === undefined) throw noSuchProject(name);
      return { headers: positionHeader(position), etag, body: value };
    },
  };
}
