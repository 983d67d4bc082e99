/** Tasks: as they are now, and as they were at every position. */
import { evolve, type Task, type TaskEvent } from '@att/contracts';
import { generationTable } from '@att/platform/projections';
import type { Projection, ProjectionWriter } from '../../projection.js';
import type { Loader } from '../../rows/loader.js';
import { RowCache, taskKey, unknownTasks } from '../../rows/row-cache.js';
import type { Transition } from '../../task-outcomes/index.js';
import { CurrentTasks } from './current-tasks.js';
import { loadProjectIds, loadTasks } from './load-tasks.js';
import { indexes, tables } from './tables.js';
import { taskBytes } from './task-bytes.js';
import { type TaskChange, TaskCounts } from './task-counts.js';
import type { TaskMemory } from './task-memory.js';
import { SpanChanges } from './task-spans.js';
import { changedTexts, writingTexts } from './task-texts.js';
import { type TaskVersion, writingVersions } from './task-versions.js';

const CACHED_TASKS = 20_000;
const CACHED_PROJECTS = 10_000;

export const tasks: Projection = { name: 'tasks', version: 2, tables, indexes, writer };

function writer(generation: number): ProjectionWriter {
  const table = (name: string) => generationTable(name, generation);
  const counts = new TaskCounts({ totals: table('task_totals'), counts: table('task_counts') });
  const cache = new RowCache<TaskMemory>({ capacity: CACHED_TASKS, weigh: ({ task }) => taskBytes(task) });
  const projectIds = new RowCache<number>({ capacity: CACHED_PROJECTS });

  async function load(loader: Loader, events: readonly TaskEvent[]): Promise<void> {
    const unknown = unknownTasks(cache, events);
    if (unknown.length > 0) {
      const tables = { tasks: table('tasks'), versions: table('task_versions') };
      const loaded = await loadTasks(loader, tables, unknown);
      for (const memory of loaded) cache.set(taskKey(memory.task), memory);
    }
    const projects = new Set(events.map((event) => event.project));
    const unknownProjects = [...projects].filter((project) => projectIds.get(project) === undefined);
    if (unknownProjects.length > 0) {
      const ids = await loadProjectIds(loader, table('tasks'), unknownProjects);
      for (const [project, id] of ids) projectIds.set(project, id);
    }
  }

  return {
    async fold(loader, batch) {
      await load(loader, batch.events);
      const folded = fold(batch.events, cache, projectIds);
      batch.transitions = folded.transitions;
      cache.trim();
      projectIds.trim();
      return [
        ...folded.current.writing(table('tasks')),
        writingVersions(table('task_versions'), folded.versions),
        ...folded.spans.writing(table('task_spans')),
        writingTexts(
          table('task_texts'),
          folded.changes.flatMap(({ before, after }) => changedTexts(before, after)),
        ),
        ...(await counts.fold(loader, folded.changes)),
      ];
    },
  };
}

interface Folded {
  transitions: Transition[];
  changes: TaskChange[];
  versions: TaskVersion[];
  spans: SpanChanges;
  current: CurrentTasks;
}

/** What each event did that was applied. */
function fold(
  events: readonly TaskEvent[],
  cache: RowCache<TaskMemory>,
  projectIds: RowCache<number>,
): Folded {
  const folded: Folded = {
    transitions: [],
    changes: [],
    versions: [],
    spans: new SpanChanges(),
    current: new CurrentTasks(),
  };
  for (const event of events) {
    const key = taskKey(event);
    const memory = cache.get(key);
    if (projectIds.get(event.project) === undefined) projectIds.set(event.project, event.position);
    const before = memory?.task;
    const after = before === undefined ? firstState(event, projectIds) : evolve(before, event);
    if (after === before) continue;
    const metadataFrom =
      memory !== undefined && memory.task.metadata === after.metadata ? memory.metadataFrom : event.position;
    const next = { task: after, spanFrom: folded.spans.follow(memory, after), metadataFrom };
    folded.transitions.push({ event, before, after });
    folded.changes.push({ before, after });
    folded.versions.push({ task: after, metadataFrom });
    folded.current.follow(memory, next);
    cache.set(key, next);
  }
  return folded;
}

function firstState(event: TaskEvent, projectIds: RowCache<number>): Task {
  return { ...evolve(undefined, event), project_id: projectIds.get(event.project) as number };
}
