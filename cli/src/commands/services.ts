/** `att ingest|projector|query|realtime`: one service a process, for many replicas of each. */
import { startIngest } from '@att/ingest';
import { ConfigError, readConfig } from '@att/platform/config';
import { stopOnSignal } from '@att/platform/lifecycle';
import { createLogger } from '@att/platform/logging';
import { createMetrics } from '@att/platform/metrics';
import { assertMigrated } from '@att/platform/postgres';
import type { Service, ServiceContext } from '@att/platform/service';
import { startProjectionDesk, startProjector } from '@att/projector';
import { startQuery } from '@att/query';
import { startRealtime } from '@att/realtime';
import type { Command } from 'commander';
import { keptApiKey } from '../process/api-key.js';
import { createContext, warnOfSharedRights } from '../process/context.js';
import { ALL_MIGRATIONS } from '../process/database.js';
import { runServices } from '../process/run-services.js';
import { STOP_DEADLINE } from '../process/stop-deadlines.js';

interface Composed {
  starts: readonly ((context: ServiceContext) => Service)[];
  description: string;
}

const SERVICES: Record<string, Composed> = {
  ingest: { starts: [startIngest], description: 'take webhooks and append them to the log' },
  projector: {
    starts: [startProjector, startProjectionDesk],
    description: "fold the log into the read models, and take operators' wishes for them",
  },
  query: { starts: [startQuery], description: 'answer REST reads' },
  realtime: { starts: [startRealtime], description: 'serve the WebSocket' },
};

export function addServiceCommands(program: Command): void {
  for (const [name, { starts, description }] of Object.entries(SERVICES)) {
    program
      .command(name)
      .description(`${description} (needs DATABASE_URL)`)
      .action(() => runOne(name, starts));
  }
}

async function runOne(name: string, starts: Composed['starts']): Promise<void> {
  const config = readConfig();
  const log = createLogger(config.logLevel).child({ service: name });
  const { databaseUrl: connectionString } = config;
  if (connectionString === undefined) {
    throw new ConfigError(
      `DATABASE_URL is needed to run ${name} alone; att start brings a database of its own`,
    );
  }
  for (const migrations of ALL_MIGRATIONS) await assertMigrated(connectionString, migrations);
  const apiKey = config.apiKey ?? (await keptApiKey(config.dataDirectory));
  const metrics = createMetrics();
  const context = await createContext({ connectionString, apiKey, log, metrics });
  warnOfSharedRights(context);
  const running = await runServices({
    config,
    context,
    services: starts.map((start) => start(context)),
    metrics,
    metricsText: () => metrics.metrics(),
    uiDirectory: undefined,
    log,
  });
  stopOnSignal(() => running.stop(), log, STOP_DEADLINE);
  log.info({ url: running.url }, 'running');
}
