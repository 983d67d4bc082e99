import { fileURLToPath } from 'node:url';
import type { Migrations } from '@att/platform/postgres';

export const PROJECTION_MIGRATIONS: Migrations = {
  schema: 'projection',
  directory: fileURLToPath(new URL('../migrations', import.meta.url)),
  mark: 'generations',
  unnoted: ['0001_projection', '0002_search', '0003_rebuild'],
  wayBack:
    'or let this one build its read models anew from the log, which stays as it is: DROP SCHEMA projection CASCADE, and start again',
};
