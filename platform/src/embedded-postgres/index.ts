export type { Transport } from './endpoint.js';
export { EmbeddedPostgresError, type EmbeddedPostgresErrorCode } from './errors.js';
export { findFreePort, type PortRange } from './free-port.js';
export type { EmbeddedPostgresLog } from './log.js';
export { holdsDatabase, recordedConnectionString } from './recorded-database.js';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './start-embedded-postgres.js';
