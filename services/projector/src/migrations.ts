import { fileURLToPath } from 'node:url';
import type { Migrations } from '@att/platform/postgres';

export const PROJECTION_MIGRATIONS: Migrations = {
  schema: 'projection',
  directory: fileURLToPath(new URL('../migrations', import.meta.url)),
  mark: 'generations',
  signs: {
    '0001_projection': 'true',
    // The extension is looked after at each start.
    '0002_search': 'true',
    '0003_rebuild': "to_regclass('projection.dead_letters') IS NOT NULL",
    '0004_fences': "to_regclass('projection.queued_events') IS NOT NULL",
  },
  wayBack:
    'or let this one build its read models anew from the log, which stays as it is: DROP SCHEMA projection CASCADE, and start again',
};

/** Small tables that batches update; all that the migrations make. Those of generations grow with the log. */
export const HOT_TABLES = ['projection.generations', 'projection.paused', 'projection.dead_letters'] as const;
