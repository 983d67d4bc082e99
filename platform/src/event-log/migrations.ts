import { fileURLToPath } from 'node:url';
import type { Migrations } from '../postgres/index.js';

export const LOG_MIGRATIONS: Migrations = {
  schema: 'log',
  directory: fileURLToPath(new URL('../../migrations', import.meta.url)),
};
