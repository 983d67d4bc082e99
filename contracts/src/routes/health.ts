import { z } from 'zod';
import { filterText } from '../parameters.js';
import type { Route } from './route.js';

const check = z.object({
  status: z.string(),
  detail: z.string().optional(),
  /** The service that is checked, where several share a process. */
  service: z.string().optional(),
});

export const healthRoutes = {
  health: {
    method: 'GET',
    path: '/health',
    summary: 'Is it well? In the old form',
    scope: null,
    status: 200,
    alsoStatus: 503,
    response: z.object({
      status: z.enum(['healthy', 'unhealthy']),
      version: z.string(),
      timestamp: z.string(),
    }),
  },
  dbCheck: {
    method: 'GET',
    path: '/db-check',
    summary: 'Does the database answer?',
    scope: null,
    status: 200,
    alsoStatus: 503,
    response: check,
  },
  redisCheck: {
    method: 'GET',
    path: '/redis-check',
    summary: 'Does Redis answer? The embedded mode has none and says so',
    scope: null,
    status: 200,
    alsoStatus: 503,
    response: check,
  },
  livez: {
    method: 'GET',
    path: '/livez',
    summary: 'Is the process alive? Asks nothing else',
    scope: null,
    status: 200,
    response: z.object({ status: z.literal('ok') }),
  },
  readyz: {
    method: 'GET',
    path: '/readyz',
    summary: 'Can it do its work now? 503 while it cannot, and which service fails',
    scope: null,
    query: z.strictObject({
      /** Asks for this service alone, where several share a process: `ingest`, so that webhooks go on while others fail. */
      service: filterText.optional(),
    }),
    status: 200,
    alsoStatus: 503,
    response: z.object({
      status: z.enum(['ready', 'not ready']),
      /** Services that fail. */
      failed: z.array(z.string()),
      /** Services that work with less than they should have: without a broker, say. */
      degraded: z.array(z.string()),
      checks: z.record(z.string(), check),
    }),
    problems: ['not_found'],
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    summary: 'Prometheus metrics',
    scope: null,
    status: 200,
    response: z.string(),
    mediaType: 'text/plain',
  },
} as const satisfies Record<string, Route>;
