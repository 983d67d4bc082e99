import { z } from 'zod';
import { asOfQuery, nameFilter, time } from '../parameters.js';
import { statsSchema } from '../project.js';
import { BUCKET_SIZES, seriesBucketSchema } from '../series.js';
import type { Route } from './route.js';

const scopeFilters = { project: nameFilter.optional(), agent: nameFilter.optional() };

export const statsRoutes = {
  getStats: {
    method: 'GET',
    path: '/api/stats',
    summary: 'Totals, of everything or of one project or agent',
    scope: 'read',
    query: z.strictObject({ ...asOfQuery, ...scopeFilters }),
    status: 200,
    response: statsSchema,
  },
  getSeries: {
    method: 'GET',
    path: '/api/stats/series',
    summary: 'What happened by minute, hour or day of UTC; only those in which something did',
    scope: 'read',
    query: z.strictObject({
      ...asOfQuery,
      ...scopeFilters,
      bucket: z.enum(BUCKET_SIZES, `must be one of ${BUCKET_SIZES.join(', ')}`).default('hour'),
      from: time.optional().describe('From the bucket on that this time is in'),
      to: time.optional().describe('Up to and with the bucket that this time is in'),
    }),
    status: 200,
    response: z.array(seriesBucketSchema),
  },
} as const satisfies Record<string, Route>;
