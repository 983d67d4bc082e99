import { fileURLToPath } from 'node:url';
import type { Migrations } from '../postgres/index.js';

export const LOG_MIGRATIONS: Migrations = {
  schema: 'log',
  directory: fileURLToPath(new URL('../../migrations', import.meta.url)),
  mark: 'events',
  unnoted: ['0001_log', '0002_roles'],
  wayBack:
    'or export the events with that release (att events export), and import them into a new database with this one',
};
