/** Projects with the counts of their tasks: as they are now, and as they were at every position. */
import { generationTable } from '@att/platform/projections';
import type { ClientBase } from 'pg';
import type { Projection, ProjectionWriter } from '../../projection.js';
import { RowCache } from '../../row-cache.js';
import { countTask, NO_COUNTS } from '../../task-outcomes/counts.js';
import { TaskOutcomes, type Transition } from '../../task-outcomes/index.js';
import {
  loadProjects,
  type ProjectRow,
  type ProjectVersion,
  writeProjects,
  writeProjectVersions,
} from './project-rows.js';
import { tables } from './tables.js';

const CACHED_PROJECTS = 10_000;

export const projects: Projection = { name: 'projects', version: 2, tables, indexes: () => '', writer };

function writer(generation: number): ProjectionWriter {
  const table = generationTable('projects', generation);
  const versionsTable = generationTable('project_versions', generation);
  const outcomes = new TaskOutcomes(generationTable('projects_tasks', generation));
  const cache = new RowCache<ProjectRow>({ capacity: CACHED_PROJECTS });

  async function load(client: ClientBase, transitions: readonly Transition[]): Promise<void> {
    const names = new Set(transitions.map(({ event }) => event.project));
    const unknown = [...names].filter((name) => cache.get(name) === undefined);
    if (unknown.length === 0) return;
    for (const row of await loadProjects(client, table, unknown)) cache.set(row.name, row);
  }

  return {
    async apply(client, batch) {
      const transitions = await outcomes.transitions(client, batch);
      await load(client, transitions);
      const changed = new Map<string, ProjectRow>();
      const versions: ProjectVersion[] = [];
      for (const transition of transitions) {
        const { project } = transition.event;
        const after = afterTransition(cache.get(project), transition);
        cache.set(project, after);
        changed.set(project, after);
        versions.push({ ...after, valid_from: transition.event.position });
      }
      await writeProjects(client, table, [...changed.values()]);
      await writeProjectVersions(client, versionsTable, versions);
      cache.trim();
    },
  };
}

function afterTransition(
  before: ProjectRow | undefined,
  { event, before: was, after: is }: Transition,
): ProjectRow {
  const base = before ?? {
    id: event.position,
    name: event.project,
    created_at: event.recorded_at,
    ...NO_COUNTS,
  };
  const row = { ...base, updated_at: event.recorded_at };
  if (was !== undefined) countTask(row, was, -1);
  countTask(row, is, 1);
  return row;
}
