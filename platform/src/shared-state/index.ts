export { createMemorySharedState } from './memory.js';
export { CONNECTION_COUNTS_TTL_MS, type ConnectionCounts, type SharedState } from './shared-state.js';
