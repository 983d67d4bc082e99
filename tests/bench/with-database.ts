import { startEmbeddedPostgres } from '@att/platform/embedded-postgres';
import { createLogger } from '@att/platform/logging';
import { migrateAll } from '../../cli/src/process/database.js';
import { temporaryDirectory } from './processes.js';

/** A migrated database of one's own, for as long as `work` takes. */
export async function withDatabase<T>(work: (connectionString: string) => Promise<T>): Promise<T> {
  const log = createLogger('warn');
  const folder = await temporaryDirectory();
  const postgres = await startEmbeddedPostgres({ dataDirectory: folder.path, log });
  try {
    await migrateAll(postgres.connectionString, log);
    return await work(postgres.connectionString);
  } finally {
    await postgres.stop();
    await folder.remove();
  }
}
