import { z } from 'zod';
import { countsByName } from '../json-object.js';
import type { Route } from './route.js';

export const socketRoutes = {
  getWebsocketStats: {
    method: 'GET',
    path: '/api/websocket/stats',
    summary: 'Open sockets, in all and by project',
    scope: 'read',
    query: z.strictObject({}),
    status: 200,
    response: z.object({
      total_connections: z.int().nonnegative(),
      project_connections: countsByName,
      /** True while the counts are those of one process alone, as what replicas share cannot be reached. */
      partial: z.literal(true).optional(),
    }),
  },
} as const satisfies Record<string, Route>;

/** Path of the socket; not a route, as it is an upgrade. */
export const SOCKET_PATH = '/webhook/ws';
