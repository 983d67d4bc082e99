/** Start of the whole product in one process: a database, all services, and the UI. */
import { startIngest } from '@att/ingest';
import type { Config } from '@att/platform/config';
import type { Logger } from '@att/platform/logging';
import { createMetrics } from '@att/platform/metrics';
import { startOperatorApi } from '@att/projector';
import { startQuery } from '@att/query';
import { startRealtime } from '@att/realtime';
import { ensureApiKey } from './api-key.js';
import { builtUi } from './built-ui.js';
import { type Backends, createContext, warnOfDatabase } from './context.js';
import { type Database, migrateAll, openDatabase } from './database.js';
import { joinMetrics } from './join-metrics.js';
import { startProjectorThread } from './projector-thread.js';
import { refuseUnfitTopic } from './refuse-unfit-topic.js';
import { type Running, runServices } from './run-services.js';
import { untilReady } from './until-ready.js';

export interface StartedAll extends Running {
  apiKey: string;
  /** True for the operator's own key, which is not printed. */
  apiKeyIsGiven: boolean;
  database: Database;
}

export async function startAll(config: Config, log: Logger): Promise<StartedAll> {
  const database = await openDatabase(config, log);
  try {
    await migrateAll(database.connectionString, log);
    const apiKey = config.apiKey ?? (await ensureApiKey(config.dataDirectory));
    const running = await startServices(config, database, apiKey, log);
    const stop = async () => {
      await running.stop();
      await database.stop();
    };
    return { ...running, apiKey, apiKeyIsGiven: config.apiKey !== undefined, database, stop };
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
  await refuseUnfitTopic(config.kafka, log);
  const metrics = createMetrics();
  const context = await createContext({ connectionString, config, apiKey, log, metrics });
  await warnOfDatabase(context);
  const projector = startProjectorThread(
    { connectionString, backends: backendsOf(config), logLevel: config.logLevel },
    log,
  );
  const services = [
    startIngest(context),
    projector,
    startOperatorApi(context),
    startQuery(context),
    startRealtime(context),
  ];
  const running = await runServices({
    config,
    context,
    services,
    metrics,
    metricsText: async () => joinMetrics([await metrics.metrics(), await projector.metricsText()]),
    uiDirectory: builtUi(log),
    log,
  });
  await untilReady(services);
  return running;
}

/** Configuration of the projector's thread, to be copied there. It shares nothing with replicas, and reads none. */
const backendsOf = ({ kafka }: Config): Backends => ({
  kafka,
  redisUrl: undefined,
  redisCaFile: undefined,
  databaseReadUrl: undefined,
});
