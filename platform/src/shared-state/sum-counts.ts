import type { ConnectionCounts } from './shared-state.js';

/** Sum of the counts of several replicas; projects without a socket are left out. */
export function sumCounts(replicas: Iterable<ConnectionCounts>): ConnectionCounts {
  const byProject = new Map<string, number>();
  let total = 0;
  for (const counts of replicas) {
    total += counts.total;
    for (const [project, count] of counts.byProject) {
      if (count > 0) byProject.set(project, (byProject.get(project) ?? 0) + count);
    }
  }
  return { total, byProject };
}
