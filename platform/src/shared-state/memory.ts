import { CONNECTION_COUNTS_TTL_MS, type ConnectionCounts, type SharedState } from './shared-state.js';

/** Shared state of one process. `now` is milliseconds of any monotone clock. */
export function createMemorySharedState(now: () => number = () => performance.now()): SharedState {
  const replicas = new Map<string, { counts: ConnectionCounts; expiresAt: number }>();
  return {
    kind: 'memory',
    async publishConnectionCounts(replica, counts) {
      const copy = { total: counts.total, byProject: new Map(counts.byProject) };
      replicas.set(replica, { counts: copy, expiresAt: now() + CONNECTION_COUNTS_TTL_MS });
    },
    async connectionCounts() {
      const byProject = new Map<string, number>();
      let total = 0;
      for (const [replica, { counts, expiresAt }] of replicas) {
        if (expiresAt <= now()) {
          replicas.delete(replica);
          continue;
        }
        total += counts.total;
        for (const [project, count] of counts.byProject) {
          if (count > 0) byProject.set(project, (byProject.get(project) ?? 0) + count);
        }
      }
      return { total, byProject };
    },
    async check() {},
    async close() {
      replicas.clear();
    },
  };
}
