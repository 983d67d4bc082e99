/** Command `att start`: everything in one process on one port. */
import { readConfig } from '@att/platform/config';
import { stopOnSignal } from '@att/platform/lifecycle';
import { createLogger } from '@att/platform/logging';
import type { Command } from 'commander';
import type { StartedAll } from '../process/start-all.js';
import { welcome } from './welcome.js';

export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('run everything in one process: all services, the UI and, without DATABASE_URL, Postgres')
    .action(async () => {
      await start();
    });
}

/** @param beforeStop runs first at a signal, while everything still works */
export async function start(beforeStop?: () => Promise<void>): Promise<StartedAll> {
  const config = readConfig();
  const log = createLogger(config.logLevel);
  const { startAll } = await import('../process/start-all.js');
  const { STOP_DEADLINE_WITH_POSTGRES } = await import('../process/stop-deadlines.js');
  const starting = startAll(config, log);
  // Registered before the start has finished: a signal during the start must not leave Postgres running.
  stopOnSignal(
    async (signal) => {
      log.info({ signal }, 'stopping');
      const started = await starting.catch(() => undefined);
      await beforeStop?.();
      await started?.stop();
      log.info('stopped');
    },
    log,
    STOP_DEADLINE_WITH_POSTGRES,
  );
  const started = await starting;
  const { url, apiKey, apiKeyIsGiven, database } = started;
  process.stdout.write(
    welcome({ url, storedKey: apiKeyIsGiven ? undefined : apiKey, database: database.name }),
  );
  return started;
}
