/** Everything in one process, as `att start` has it, but for the projector's thread. */
import { startIngest } from '@att/ingest';
import { createMetrics } from '@att/platform/metrics';
import { createTestDatabase, silentLog } from '@att/platform/testing';
import { startOperatorApi, startProjector } from '@att/projector';
import { startQuery } from '@att/query';
import { startRealtime } from '@att/realtime';
import { type ContextOptions, createContext } from '../../cli/src/process/context.js';
import { runServices } from '../../cli/src/process/run-services.js';
import { untilReady } from '../../cli/src/process/until-ready.js';

export const API_KEY = 'test-key-of-all-scopes-0123456789';

export interface WholeServer {
  url: string;
  close(): Promise<void>;
}

/**
 * @param given a database that was migrated; one of its own otherwise, dropped in the end
 * @param config servers beside it, and limits
 */
export async function startWholeServer(
  given?: string,
  config: ContextOptions['config'] = {},
): Promise<WholeServer> {
  const database = given === undefined ? await createTestDatabase() : undefined;
  const connectionString = given ?? (database?.connectionString as string);
  const metrics = createMetrics();
  const context = await createContext({
    connectionString,
    config,
    apiKey: API_KEY,
    log: silentLog,
    metrics,
  });
  const services = [
    startIngest(context),
    startProjector(context),
    startOperatorApi(context),
    startQuery(context),
    startRealtime(context),
  ];
  const running = await runServices({
    config: {
      port: 0,
      host: '127.0.0.1',
      apiKey: API_KEY,
      dataDirectory: '/nowhere',
      dataDirectoryIsGiven: false,
      databaseUrl: connectionString,
      serverUrl: 'http://nowhere',
      logLevel: 'silent',
    },
    context,
    services,
    metrics,
    metricsText: () => metrics.metrics(),
    uiDirectory: undefined,
    log: silentLog,
  });
  await untilReady(services);
  return {
    url: running.url,
    async close() {
      await running.stop();
      await database?.drop();
    },
  };
}
