import type { Project } from '@att/contracts';
import { generationTable } from '@att/platform/projections';
import type { Select } from '../read-model/read-model.js';
import { type AsOf, type Joined, type Page, pageOf } from '../read-model/snapshot.js';
import { PROJECT_COLUMNS, type ProjectRow, projectOf } from './project-row.js';

/** A page of all projects, newest first. */
export function selectProjects(limit: number, offset: number): Select<Page<Project>> {
  return async (reader, generation) => {
    const table = generationTable('projects', generation);
    const rows = await reader.query<AsOf & { total: number } & Joined<ProjectRow>>({
      name: `select-projects-${table}`,
      text: `
        SELECT g.position AS as_of, n.total, p.*
        FROM projection.generations g
        CROSS JOIN (SELECT count(*) AS total FROM ${table}) n
        LEFT JOIN LATERAL (
          SELECT ${PROJECT_COLUMNS} FROM ${table} ORDER BY id DESC LIMIT $2 OFFSET $3
        ) p ON true
        WHERE g.id = $1 AND g.state = 'active'
        ORDER BY p.id DESC`,
      values: [generation, limit, offset],
    });
    return pageOf<ProjectRow, Project>(rows, projectOf);
  };
}
