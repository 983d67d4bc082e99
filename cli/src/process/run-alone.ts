/** Process of one service, on a given database. */
import type { ServiceName } from '@att/contracts';
import { ConfigError, readConfig } from '@att/platform/config';
import { stopOnSignal } from '@att/platform/lifecycle';
import { createLogger } from '@att/platform/logging';
import { createMetrics } from '@att/platform/metrics';
import { assertMigrated } from '@att/platform/postgres';
import type { Service, ServiceContext } from '@att/platform/service';
import { requireApiKey } from './api-key.js';
import { builtUi } from './built-ui.js';
import { createContext, warnOfDatabase } from './context.js';
import { ALL_MIGRATIONS } from './database.js';
import { refuseUnfitTopic } from './refuse-unfit-topic.js';
import { runServices } from './run-services.js';
import { STOP_DEADLINE } from './stop-deadlines.js';

export type Start = (context: ServiceContext) => Service;

export interface Alone {
  name: ServiceName;
  starts: readonly Start[];
  /** Whether the page comes from this service. */
  servesPage: boolean;
}

export async function runAlone({ name, starts, servesPage }: Alone): Promise<void> {
  const config = readConfig();
  const log = createLogger(config.logLevel).child({ service: name });
  const { databaseUrl: connectionString } = config;
  if (connectionString === undefined) {
    throw new ConfigError(
      `DATABASE_URL is needed to run ${name} alone; att start brings a database of its own`,
    );
  }
  const apiKey = await requireApiKey(config, name);
  for (const migrations of ALL_MIGRATIONS) await assertMigrated(connectionString, migrations);
  if (name === 'ingest') await refuseUnfitTopic(config.kafka, log);
  const metrics = createMetrics();
  const context = await createContext({ connectionString, config, apiKey, log, metrics });
  await warnOfDatabase(context);
  const running = await runServices({
    config,
    context,
    services: starts.map((start) => start(context)),
    metrics,
    metricsText: () => metrics.metrics(),
    uiDirectory: servesPage ? builtUi(log) : undefined,
    log,
  });
  stopOnSignal(() => running.stop(), log, STOP_DEADLINE);
  log.info({ url: running.url }, 'running');
}
