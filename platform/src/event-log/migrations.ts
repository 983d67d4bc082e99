import { fileURLToPath } from 'node:url';
import type { Migrations } from '../postgres/index.js';

export const LOG_MIGRATIONS: Migrations = {
  schema: 'log',
  directory: fileURLToPath(new URL('../../migrations', import.meta.url)),
  mark: 'events',
  signs: {
    '0001_log': 'true',
    // Roles are looked after at each start.
    '0002_roles': 'true',
    '0003_which_log': "to_regprocedure('log.recognise(uuid, bigint, bytea)') IS NOT NULL",
    '0004_relay': "to_regclass('log.relay') IS NOT NULL",
  },
  wayBack:
    'or export the events with that release (att events export), and import them into a new database with this one',
};
