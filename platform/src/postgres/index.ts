export * from './binary-arrays.js';
export { keepCompact } from './compact-tables.js';
export { readCarelessSettings } from './database-check.js';
export { POOL_END_TIMEOUT } from './ending-pool.js';
export { escapeLike } from './escape-like.js';
export { classifyFailure, type Failure, isRefusal, isUnavailable } from './failure.js';
export { createListener, type ListenerOptions } from './listener.js';
export { assertMigrated, migrate } from './migrate.js';
export type { Migrations } from './migrations.js';
export {
  connectionConfig,
  createPool,
  type PoolOptions,
  type Timeouts,
} from './pool.js';
export type { Queryable } from './queryable.js';
export { AuthenticationRefusedError, requireAuthentication } from './required-authentication.js';
export { DATABASE_ROLES, type DatabaseRole, usableRoles } from './roles.js';
export { ServerTooOldError } from './server-version.js';
export { Session, SessionError } from './session.js';
export { SQLSTATE, sqlStateOf } from './sql-state.js';
export { types } from './types.js';
export { UnfitDatabaseError } from './unfit-database.js';
export { WakeSignal } from './wake-signal.js';
export { withClient } from './with-client.js';
