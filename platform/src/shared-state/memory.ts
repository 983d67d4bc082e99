import { MemoryQuotas } from './memory-quotas.js';
import { CONNECTION_COUNTS_TTL_MS, type ConnectionCounts, type SharedState } from './shared-state.js';
import { sumCounts } from './sum-counts.js';

/** Shared state of one process. `now` is milliseconds of any monotone clock. */
export function createMemorySharedState(now: () => number = () => performance.now()): SharedState {
  const replicas = new Map<string, { counts: ConnectionCounts; expiresAt: number }>();
  const quotas = new MemoryQuotas(now);
  return {
    kind: 'memory',
    async publishConnectionCounts(replica, counts) {
      const copy = { total: counts.total, byProject: new Map(counts.byProject) };
      replicas.set(replica, { counts: copy, expiresAt: now() + CONNECTION_COUNTS_TTL_MS });
    },
    async connectionCounts() {
      for (const [replica, { expiresAt }] of replicas) if (expiresAt <= now()) replicas.delete(replica);
      return sumCounts([...replicas.values()].map(({ counts }) => counts));
    },
    takeQuota: async (request) => quotas.take(request),
    async check() {},
    async close() {
      replicas.clear();
    },
  };
}
