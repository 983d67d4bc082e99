import { Appender, type AppenderOptions } from '../event-log/index.js';
import { Registry } from '../metrics/index.js';
import { silentLog } from './silent-log.js';

/** Appender with the rights of ingest, whose log nobody reads. @param changed options in place of these */
export const createTestAppender = (
  connectionString: string,
  changed: Partial<AppenderOptions> = {},
): Appender =>
  new Appender({
    connectionString,
    role: 'att_ingest',
    log: silentLog,
    metrics: new Registry(),
    ...changed,
  });
