/** One row a task, as it is now. */
import { evolve, type Task, type TaskEvent } from '@att/contracts';
import { generationTable } from '@att/platform/projections';
import type { ClientBase } from 'pg';
import type { Projection, ProjectionWriter } from '../../projection.js';
import { RowCache, taskKey, unknownTasks } from '../../row-cache.js';
import type { Transition } from '../../task-outcomes/index.js';
import { loadProjectIds, loadTasks } from './load-tasks.js';
import { indexes, tables } from './tables.js';
import { taskBytes } from './task-bytes.js';
import { writeTasks } from './write-tasks.js';

const CACHED_TASKS = 10_000;
const CACHED_PROJECTS = 10_000;

export const tasks: Projection = { name: 'tasks', version: 1, tables, indexes, writer };

function writer(generation: number): ProjectionWriter {
  const table = generationTable('tasks', generation);
  const cache = new RowCache<Task>({ capacity: CACHED_TASKS, weigh: taskBytes });
  const projectIds = new RowCache<number>({ capacity: CACHED_PROJECTS });

  async function load(client: ClientBase, events: readonly TaskEvent[]): Promise<void> {
    const unknown = unknownTasks(cache, events);
    if (unknown.length > 0) {
      for (const task of await loadTasks(client, table, unknown)) cache.set(taskKey(task), task);
    }
    const projects = new Set(events.map((event) => event.project));
    const unknownProjects = [...projects].filter((project) => projectIds.get(project) === undefined);
    if (unknownProjects.length > 0) {
      const ids = await loadProjectIds(client, table, unknownProjects);
      for (const [project, id] of ids) projectIds.set(project, id);
    }
  }

  return {
    async apply(client, batch) {
      await load(client, batch.events);
      const { changed, transitions } = fold(batch.events, cache, projectIds);
      batch.transitions = transitions;
      if (changed.length > 0) await writeTasks(client, table, changed);
      cache.trim();
      projectIds.trim();
    },
  };
}

/** @returns what each event did, and the tasks that changed, once each, as they are after the batch */
function fold(events: readonly TaskEvent[], cache: RowCache<Task>, projectIds: RowCache<number>) {
  const changed = new Map<string, Task>();
  const transitions: Transition[] = [];
  for (const event of events) {
    const key = taskKey(event);
    const before = cache.get(key);
    if (projectIds.get(event.project) === undefined) projectIds.set(event.project, event.position);
    const after = before === undefined ? firstState(event, projectIds) : evolve(before, event);
    if (after === before) continue;
    transitions.push({ event, before, after });
    cache.set(key, after);
    changed.set(key, after);
  }
  return { changed: [...changed.values()], transitions };
}

function firstState(event: TaskEvent, projectIds: RowCache<number>): Task {
  return { ...evolve(undefined, event), project_id: projectIds.get(event.project) as number };
}
