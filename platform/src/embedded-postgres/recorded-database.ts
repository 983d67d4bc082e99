import { resolve } from 'node:path';
import { inaccessibleDirectory } from './data-directory.js';
import { readRecord } from './database-record.js';
import { systemErrorCode } from './errors.js';
import { OWNER_ROLE } from './initialise-cluster.js';

/**
 * The database that a data directory's record tells of, for a process that does not hold the directory:
 * where to reach it while another process runs it. Undefined when it was never started.
 */
export function recordedConnectionString(dataDirectory: string, database = 'att'): string | undefined {
  const record = readRecord(resolve(dataDirectory));
  if (record?.port === undefined) return undefined;
  return `postgres://${OWNER_ROLE}:${record.password}@127.0.0.1:${record.port}/${encodeURIComponent(database)}`;
}

/**
 * Whether a database was made in this data directory. Makes nothing, also not the directory.
 *
 * @throws {EmbeddedPostgresError} `record_invalid`, `data_directory_inaccessible`
 */
export function holdsDatabase(dataDirectory: string): boolean {
  const path = resolve(dataDirectory);
  try {
    return readRecord(path)?.initialised === true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOTDIR') return false;
    throw code === undefined ? error : inaccessibleDirectory(path, error, code);
  }
}
