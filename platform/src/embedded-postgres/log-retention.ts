import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from './errors.js';

const KEPT_FILES = 5;

/** Deletes all but the newest five of the server's log files (10 MB each): PostgreSQL itself never deletes one. */
export function pruneServerLogs(pgdata: string): void {
  const folder = join(pgdata, 'log');
  for (const name of serverLogs(folder).slice(0, -KEPT_FILES)) rmSync(join(folder, name), { force: true });
}

/** The path of the server's newest log file, if there is one. */
export function newestServerLog(pgdata: string): string | undefined {
  const folder = join(pgdata, 'log');
  const newest = serverLogs(folder).at(-1);
  return newest === undefined ? undefined : join(folder, newest);
}

// Oldest first: the names hold the time.
function serverLogs(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^postgresql-[0-9-]+\.log$/.test(name))
      .sort();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
