import { Appender } from '@att/platform/event-log';
import { keepCompact } from '@att/platform/postgres';
import { NotReadyError, type Service, type ServiceContext } from '@att/platform/service';
import { webhookRoutes } from './webhooks.js';

/** Service that takes webhooks and appends them to the log. */
export function startIngest({ log, metrics, authenticator, database }: ServiceContext): Service {
  const appender = new Appender({
    connectionString: database.connectionString,
    role: database.role('att_ingest'),
    log,
    metrics,
  });
  // The clocks are compared before the first report comes.
  void appender.readClock();
  const { connectionString } = database;
  const endCompacting = keepCompact({ connectionString, tables: ['log.head'], log, metrics });
  return {
    name: 'ingest',
    hotRoutes: webhookRoutes({ log: appender, authenticator, logger: log, metrics }),
    checks: [
      {
        name: 'event log',
        async check() {
          if (appender.clockRefusal !== undefined) throw new NotReadyError(appender.clockRefusal);
          if (appender.unavailable !== undefined) throw new Error(appender.unavailable);
          return 'can be written to';
        },
      },
    ],
    async stop() {
      await Promise.all([appender.close(), endCompacting()]);
    },
  };
}
