import { Appender } from '@att/platform/event-log';
import { keepCompact } from '@att/platform/postgres';
import { NotReadyError, type Service, type ServiceContext, sharedStateCheck } from '@att/platform/service';
import { startRelay } from './relay/relay.js';
import { webhookRoutes } from './webhooks.js';

/** Service that takes webhooks and appends them to the log. */
export function startIngest(context: ServiceContext): Service {
  const { log, metrics, authenticator, sharedState, database, kafka } = context;
  const rateLimit = context.rateLimits?.webhooks;
  const appender = new Appender({
    connectionString: database.connectionString,
    role: database.role('att_ingest'),
    log,
    metrics,
  });
  // The clocks are compared before the first report comes.
  void appender.readClock();
  const { connectionString } = database;
  const endCompacting = keepCompact({ connectionString, tables: ['log.head', 'log.relay'], log, metrics });
  const relay = kafka === undefined ? undefined : startRelay(context, kafka);
  return {
    name: 'ingest',
    hotRoutes: webhookRoutes({ log: appender, authenticator, logger: log, metrics, rateLimit }),
    checks: [
      {
        name: 'event log',
        async check() {
          if (appender.clockRefusal !== undefined) throw new NotReadyError(appender.clockRefusal);
          if (appender.unavailable !== undefined) throw new Error(appender.unavailable);
          return 'can be written to';
        },
      },
      ...(relay === undefined ? [] : [relay.check]),
      ...(rateLimit === undefined ? [] : sharedStateCheck('webhook limits', sharedState)),
    ],
    async stop() {
      await Promise.all([appender.close(), endCompacting(), relay?.stop()]);
    },
  };
}
