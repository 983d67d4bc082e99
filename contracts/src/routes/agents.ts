import { z } from 'zod';
import { agentSchema } from '../agent.js';
import { asOfQuery, pagedQuery, paging, partFilter, sortBy } from '../parameters.js';
import type { Route } from './route.js';

export const agentRoutes = {
  listAgents: {
    method: 'GET',
    path: '/api/agents',
    summary: 'All agents, newest first',
    scope: 'read',
    query: pagedQuery({
      ...paging(200),
      ...asOfQuery,
      q: partFilter.optional().describe('Part of the name'),
      /** `created` is when it was first seen, `updated` when it was last seen. */
      sort: sortBy('name', 'created', 'first_seen', 'updated', 'last_seen').default('-first_seen'),
    }),
    status: 200,
    response: z.array(agentSchema),
  },
} as const satisfies Record<string, Route>;
