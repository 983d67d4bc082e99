import type { Project, ROUTES } from '@att/contracts';
import { generationTable } from '@att/platform/projections';
import type { z } from 'zod';
import { listNamed } from '../paging/list-named.js';
import type { ReadModel } from '../read-model/read-model.js';
import { projectOf } from './project-row.js';
import { projectsAt } from './projects-at.js';

type Query = z.output<(typeof ROUTES)['listProjects']['query']>;

const KEYS = {
  // A project's id is the position of its first event, and later positions are never recorded earlier.
  created: { key: 'c.id', type: 'bigint' },
  updated: { key: 'c.updated_at', type: 'timestamptz', moving: 'updated_at' },
  name: { key: 'c.name_key', type: 'text' },
} as const;

export async function listProjects(
  models: ReadModel,
  request: { query: Query; target: string; signal: AbortSignal },
) {
  const { rows, ...answer } = await listNamed<Project>(models, request, {
    projection: 'projects',
    keys: KEYS,
    sql: (generation) => ({
      rowsAt: (condition) => projectsAt(generation, condition),
      table: generationTable('projects', generation),
      versions: 'project_versions',
    }),
  });
  return { ...answer, body: rows.map(projectOf) };
}
