import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { inaccessibleDirectory } from './data-directory.js';
import { readRecord, recordedEndpoint } from './database-record.js';
import { connectionStringOf } from './endpoint.js';
import { systemErrorCode } from './errors.js';
import { refuseForeignFolder } from './socket-folder.js';

/**
 * The database in a data directory's record, for a process that does not hold the directory:
 * where to reach it while another process runs it. Undefined when it was never started.
 *
 * @throws {EmbeddedPostgresError} `record_invalid`, `socket_folder_foreign`
 */
export function recordedConnectionString(dataDirectory: string, database = 'att'): string | undefined {
  const path = resolve(dataDirectory);
  const record = readRecord(path);
  const endpoint = record && recordedEndpoint(path, record);
  if (record === undefined || endpoint === undefined) return undefined;
  if (endpoint.kind === 'socket') {
    refuseForeignFolder(endpoint.folder, statSync(resolve(path, record.pgdata)).uid);
  }
  return connectionStringOf(endpoint, record.password, database);
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
