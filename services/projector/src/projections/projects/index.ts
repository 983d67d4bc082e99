/** Projects with the counts of their tasks: as they are now, and as they were at every position. */
import { generationTable, PROJECTION_VERSIONS, READ_MODELS } from '@att/platform/projections';
import type { Projection, ProjectionWriter } from '../../fold/projection.js';
import type { Loader } from '../../rows/loader.js';
import { RowCache } from '../../rows/row-cache.js';
import { noRun } from '../../rows/runs.js';
import { writeRuns } from '../../rows/write-runs.js';
import { countsAlike, countTask, NO_COUNTS } from '../../task-outcomes/counts.js';
import { outcomesKey, TaskOutcomes, type Transition } from '../../task-outcomes/index.js';
import { copyOf, loadProjects, PROJECT_RUNS, type ProjectRow, upsertProjects } from './project-rows.js';

const CACHED_PROJECTS = 10_000;

export const projects: Projection = {
  name: 'projects',
  version: PROJECTION_VERSIONS.projects,
  tables: READ_MODELS.projects,
  keys: [outcomesKey('projects_tasks')],
  byKey: ['project_versions', 'projects_tasks'],
  // Writing needs all that readers do.
  indexes: () => [],
  writer,
};

function writer(generation: number, position: number): ProjectionWriter {
  const table = generationTable('projects', generation);
  const versionsTable = generationTable('project_versions', generation);
  const outcomes = new TaskOutcomes(generationTable('projects_tasks', generation), position);
  const cache = new RowCache<ProjectRow>({ capacity: CACHED_PROJECTS, isTableEmpty: position === 0 });

  async function load(loader: Loader, transitions: readonly Transition[]): Promise<void> {
    const names = new Set(transitions.map(({ event }) => event.project));
    const unknown = [...names].filter((name) => cache.isToLoad(name));
    if (unknown.length === 0) return;
    for (const row of await loadProjects(loader, { projects: table, versions: versionsTable }, unknown))
      cache.set(row.name, row);
  }

  return {
    async fold(loader, batch, known) {
      const transitions = await outcomes.transitions(loader, batch, known);
      await load(loader, transitions.all);
      const changed = new Map<string, ProjectRow>();
      const versions: ProjectRow[] = [];
      for (const transition of transitions.all) {
        const { project } = transition.event;
        const before = cache.get(project);
        if (before !== undefined && isLeftAsItWas(before, transition)) continue;
        const after = afterTransition(before, transition);
        cache.set(project, after);
        changed.set(project, after);
        versions.push(after);
      }
      cache.trim();
      const writes = [
        outcomes.copyNew(batch, transitions),
        upsertProjects(table, [...changed.values()]),
        ...writeRuns(versionsTable, PROJECT_RUNS, versions),
      ];
      return { writes, transitions };
    },
  };
}

/** Whether the event leaves the row of its project unchanged. Under load most do, as all events of an append have the same time. */
function isLeftAsItWas(project: ProjectRow, { event, before, after }: Transition): boolean {
  return before !== undefined && event.recorded_at <= project.updated_at && countsAlike(before, after);
}

function afterTransition(
  before: ProjectRow | undefined,
  { event, at, before: was, after: is }: Transition,
): ProjectRow {
  const row = copyOf(before ?? firstSeen(event, at));
  if (event.recorded_at > row.updated_at) row.updated_at = event.recorded_at;
  row.valid_from = at;
  if (was !== undefined) countTask(row, was, -1);
  countTask(row, is, 1);
  return row;
}

function firstSeen({ position, project, recorded_at }: Transition['event'], at: number): ProjectRow {
  return {
    id: position,
    name: project,
    present_from: at,
    created_at: recorded_at,
    updated_at: recorded_at,
    ...NO_COUNTS,
    valid_from: at,
    run: noRun(),
  };
}
