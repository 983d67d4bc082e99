import type { Project } from '@att/contracts';
import { generationTable } from '@att/platform/projections';
import type { Select } from '../read-model/read-model.js';
import type { AsOf, Joined } from '../read-model/snapshot.js';
import { PROJECT_COLUMNS, type ProjectRow, projectOf } from './project-row.js';

/** One project by its name; undefined inside of the snapshot when there is none. */
export function selectProject(name: string): Select<Project | undefined> {
  return async (reader, generation) => {
    const table = generationTable('projects', generation);
    const [row] = await reader.query<AsOf & Joined<ProjectRow>>({
      name: `select-project-${table}`,
      text: `
        SELECT g.position AS as_of, p.*
        FROM projection.generations g
        LEFT JOIN (SELECT ${PROJECT_COLUMNS} FROM ${table} WHERE name = $2) p ON true
        WHERE g.id = $1 AND g.state = 'active'`,
      values: [generation, name],
    });
    if (row === undefined) return undefined;
    return { position: row.as_of, value: row.id === null ? undefined : projectOf(row) };
  };
}
