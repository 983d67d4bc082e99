import { fileURLToPath } from 'node:url';
import type { Migrations } from '@att/platform/postgres';

export const PROJECTION_MIGRATIONS: Migrations = {
  schema: 'projection',
  directory: fileURLToPath(new URL('../migrations', import.meta.url)),
};
