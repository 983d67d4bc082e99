export { createMemorySharedState } from './memory.js';
export { MemoryQuotas } from './memory-quotas.js';
export { createRedisSharedState } from './redis/redis.js';
export {
  CONNECTION_COUNTS_TTL_MS,
  type ConnectionCounts,
  type QuotaRequest,
  type QuotaTaken,
  type SharedState,
  SharedStateUnavailableError,
} from './shared-state.js';
