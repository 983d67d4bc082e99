import type { Project } from '@att/contracts';
import { generationTable } from '@att/platform/projections';
import type { Select } from '../read-model/read-model.js';
import {
  AT_POSITION,
  type Joined,
  SNAPSHOT_COLUMNS,
  type SnapshotRow,
  snapshotOf,
} from '../read-model/snapshot.js';
import { projectOf } from './project-row.js';
import { projectsAt } from './projects-at.js';

/** Project of a name; the snapshot's value is undefined when there is none. */
export function selectProject(name: string): Select<Project | undefined> {
  return async (reader, generation, at) => {
    const [row] = await reader.query<SnapshotRow & Joined<Project>>({
      name: `select-project-${generationTable('projects', generation)}`,
      text: `
        SELECT ${SNAPSHOT_COLUMNS}, p.*
        FROM (${AT_POSITION}) g
        LEFT JOIN LATERAL (${projectsAt(generation, 'o.name = $3')}) p ON true`,
      values: [generation, at, name],
    });
    if (row === undefined) return undefined;
    return snapshotOf(row, row.id === null ? undefined : projectOf(row));
  };
}
