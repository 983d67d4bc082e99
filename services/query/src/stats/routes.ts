import type { RouteHandlers } from '@att/platform/http';
import { positionHeader } from '../read-model/headers.js';
import type { ReadModel } from '../read-model/read-model.js';
import { selectStats } from './select-stats.js';

export function statsRoutes(models: ReadModel): Pick<RouteHandlers, 'getStats'> {
  return {
    async getStats({ query: { min_position, project, agent }, signal }) {
      const { position, value } = await models.read(
        { projection: 'stats', minPosition: min_position, signal },
        selectStats({ project, agent }),
      );
      return { headers: positionHeader(position), body: value };
    },
  };
}
