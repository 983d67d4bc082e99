/** Project with its counters, live; null while it does not exist. */
import { createSnapshot } from '../live/create-snapshot';
import { useLive } from '../live/live-context';
import type { SnapshotSource } from '../live/make-snapshot';
import { orMissing } from './or-missing';
import { foldProjects, type ProjectRow } from './project-list';

export function createProject(name: string) {
  const { client, feed } = useLive();

  const source: SnapshotSource<ProjectRow | null> = {
    load: (minPosition, signal) =>
      orMissing(client, signal, minPosition, async (at) => {
        const query = { min_position: at };
        const { body, position } = await client.read('getProject', { params: { name }, query, signal });
        return { data: { ...body, as_of: position }, position };
      }),
    fold(project, changes) {
      const own = changes.filter((change) => change.event.project === name);
      if (own.length === 0) return { data: project, inexactAt: 0 };
      if (project === null) return { data: null, inexactAt: own.at(-1)?.position ?? 0 };
      const { data, inexactAt } = foldProjects({ rows: [project], total: 1 }, own);
      return { data: data.rows[0] ?? null, inexactAt };
    },
  };
  return createSnapshot(feed, () => source);
}
