import { z } from 'zod';
import type { Route } from './route.js';

export const docsRoutes = {
  openapi: {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This API as an OpenAPI 3.1 document',
    scope: null,
    status: 200,
    response: z.looseObject({ openapi: z.string() }),
  },
  asyncapi: {
    method: 'GET',
    path: '/asyncapi.json',
    summary: 'The WebSocket as an AsyncAPI 3 document',
    scope: null,
    status: 200,
    response: z.looseObject({ asyncapi: z.string() }),
  },
  docs: {
    method: 'GET',
    path: '/docs',
    summary: 'This API in Swagger UI, to read and to try',
    scope: null,
    status: 200,
    response: z.string(),
    mediaType: 'text/html',
  },
  redoc: {
    method: 'GET',
    path: '/redoc',
    summary: 'This API in ReDoc, to read',
    scope: null,
    status: 200,
    response: z.string(),
    mediaType: 'text/html',
  },
} as const satisfies Record<string, Route>;
