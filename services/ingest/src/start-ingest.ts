import { Appender } from '@att/platform/event-log';
import type { Service, ServiceContext } from '@att/platform/service';
import { webhookRoutes } from './webhooks.js';

/** The door of the log: webhooks in, committed events out. */
export function startIngest({ log, metrics, authenticator, database }: ServiceContext): Service {
  const appender = new Appender({
    connectionString: database.connectionString,
    role: database.role('att_ingest'),
    log,
    metrics,
  });
  // So that a wrong clock is known before the first report.
  void appender.readClock();
  return {
    name: 'ingest',
    hotRoutes: webhookRoutes({ log: appender, authenticator, logger: log, metrics }),
    checks: [
      {
        name: 'event log',
        async check() {
          if (appender.unavailable !== undefined) throw new Error(appender.unavailable);
          return 'can be written to';
        },
      },
    ],
    stop: () => appender.close(),
  };
}
