/** `att start`: everything in one process on one port. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startIngest } from '@att/ingest';
import { type Config, readConfig } from '@att/platform/config';
import { stopOnSignal } from '@att/platform/lifecycle';
import { createLogger, type Logger } from '@att/platform/logging';
import { createMetrics } from '@att/platform/metrics';
import { startProjectionDesk } from '@att/projector';
import { startQuery } from '@att/query';
import { startRealtime } from '@att/realtime';
import type { Command } from 'commander';
import { keptApiKey } from '../process/api-key.js';
import { createContext, warnOfSharedRights } from '../process/context.js';
import { type Database, migrateAll, openDatabase } from '../process/database.js';
import { startProjectorThread } from '../process/projector-thread.js';
import { type Running, runServices } from '../process/run-services.js';
import { STOP_DEADLINE_WITH_POSTGRES } from '../process/stop-deadlines.js';
import { untilReady } from '../process/until-ready.js';
import { welcome } from './welcome.js';

export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('run everything in one process: all services, the UI and, without DATABASE_URL, Postgres')
    .action(start);
}

async function start(): Promise<void> {
  const config = readConfig();
  const log = createLogger(config.logLevel);
  const starting = startAll(config, log);
  // From the first moment on: a signal while starting must not leave Postgres behind.
  stopOnSignal(
    async (signal) => {
      log.info({ signal }, 'stopping');
      const stop = await starting.then(
        (started) => started.stop,
        () => undefined,
      );
      await stop?.();
      log.info('stopped');
    },
    log,
    STOP_DEADLINE_WITH_POSTGRES,
  );
  const { running, apiKey, database } = await starting;
  process.stdout.write(welcome({ url: running.url, apiKey, database: database.name }));
}

async function startAll(config: Config, log: Logger) {
  const database = await openDatabase(config, log);
  try {
    await migrateAll(database.connectionString, log);
    const apiKey = config.apiKey ?? (await keptApiKey(config.dataDirectory));
    const running = await startServices(config, database, apiKey, log);
    const stop = async () => {
      await running.stop();
      await database.stop();
    };
    return { running, apiKey, database, stop };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

async function startServices(
  config: Config,
  { connectionString }: Database,
  apiKey: string,
  log: Logger,
): Promise<Running> {
  const metrics = createMetrics();
  const context = await createContext({ connectionString, apiKey, log, metrics });
  warnOfSharedRights(context);
  const projector = startProjectorThread({ connectionString, logLevel: config.logLevel }, log);
  const services = [
    startIngest(context),
    projector,
    startProjectionDesk(context),
    startQuery(context),
    startRealtime(context),
  ];
  const running = await runServices({
    config,
    context,
    services,
    metrics,
    metricsText: async () => `${await metrics.metrics()}\n${await projector.metricsText()}`,
    uiDirectory: builtUi(log),
    log,
  });
  await untilReady(services);
  return running;
}

function builtUi(log: Logger): string | undefined {
  const directory = fileURLToPath(new URL('../../../ui/dist', import.meta.url));
  if (existsSync(`${directory}/index.html`)) return directory;
  log.warn('the UI is not built: run npm run build');
  return undefined;
}
