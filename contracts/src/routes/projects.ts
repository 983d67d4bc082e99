import { z } from 'zod';
import { asOfQuery, pagedQuery, paging, partFilter, pathName, sortBy } from '../parameters.js';
import { projectSchema } from '../project.js';
import type { Route } from './route.js';

export const projectRoutes = {
  listProjects: {
    method: 'GET',
    path: '/api/projects',
    summary: 'All projects, newest first',
    scope: 'read',
    query: pagedQuery({
      ...paging(200),
      ...asOfQuery,
      q: partFilter.optional().describe('Part of the name'),
      sort: sortBy('name', 'created', 'updated').default('-created'),
    }),
    status: 200,
    response: z.array(projectSchema),
  },
  getProject: {
    method: 'GET',
    path: '/api/projects/{name}',
    summary: 'One project',
    scope: 'read',
    params: z.object({ name: pathName }),
    query: z.strictObject(asOfQuery),
    status: 200,
    response: projectSchema,
    problems: ['not_found'],
  },
} as const satisfies Record<string, Route>;
