export * from './binary-arrays.js';
export { classifyFailure, type Failure, isUnavailable } from './failure.js';
export { createListener, type ListenerOptions } from './listener.js';
export { type Migrations, migrate, SchemaTooNewError } from './migrate.js';
export { connectionConfig, createPool, type DatabaseRole, type PoolOptions } from './pool.js';
export { types } from './types.js';
