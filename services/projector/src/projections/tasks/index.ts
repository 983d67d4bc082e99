/** Tasks: as they are now, and as they were at every position. */
import { evolve, type Task, type TaskEvent } from '@att/contracts';
import { generationTable } from '@att/platform/projections';
import type { ClientBase } from 'pg';
import type { Projection, ProjectionWriter } from '../../projection.js';
import { RowCache, taskKey, unknownTasks } from '../../row-cache.js';
import type { Transition } from '../../task-outcomes/index.js';
import { loadProjectIds, loadTasks } from './load-tasks.js';
import { indexes, tables } from './tables.js';
import { taskBytes } from './task-bytes.js';
import { type TaskChange, TaskCounts } from './task-counts.js';
import type { TaskMemory } from './task-memory.js';
import { SpanChanges } from './task-spans.js';
import { changesText, writeTexts } from './task-texts.js';
import { type TaskVersion, writeVersions } from './task-versions.js';
import { writeTasks } from './write-tasks.js';

const CACHED_TASKS = 20_000;
const CACHED_PROJECTS = 10_000;

export const tasks: Projection = { name: 'tasks', version: 2, tables, indexes, writer };

function writer(generation: number): ProjectionWriter {
  const table = (name: string) => generationTable(name, generation);
  const counts = new TaskCounts(table('task_counts'));
  const cache = new RowCache<TaskMemory>({ capacity: CACHED_TASKS, weigh: ({ task }) => taskBytes(task) });
  const projectIds = new RowCache<number>({ capacity: CACHED_PROJECTS });

  async function load(client: ClientBase, events: readonly TaskEvent[]): Promise<void> {
    const unknown = unknownTasks(cache, events);
    if (unknown.length > 0) {
      const loaded = await loadTasks(client, table('tasks'), unknown);
      for (const memory of loaded) cache.set(taskKey(memory.task), memory);
    }
    const projects = new Set(events.map((event) => event.project));
    const unknownProjects = [...projects].filter((project) => projectIds.get(project) === undefined);
    if (unknownProjects.length > 0) {
      const ids = await loadProjectIds(client, table('tasks'), unknownProjects);
      for (const [project, id] of ids) projectIds.set(project, id);
    }
  }

  return {
    async apply(client, batch) {
      await load(client, batch.events);
      const folded = fold(batch.events, cache, projectIds);
      batch.transitions = folded.transitions;
      if (folded.changes.length > 0) {
        await writeTasks(client, table('tasks'), folded.changed);
        await writeVersions(client, table('task_versions'), folded.versions);
        await folded.spans.write(client, table('task_spans'));
        const texts = folded.changes.filter(({ before, after }) => changesText(before, after));
        await writeTexts(
          client,
          table('task_texts'),
          texts.map(({ after }) => after),
        );
        await counts.write(client, folded.changes);
      }
      cache.trim();
      projectIds.trim();
    },
  };
}

interface Folded {
  transitions: Transition[];
  changes: TaskChange[];
  versions: TaskVersion[];
  spans: SpanChanges;
  /** The tasks that changed, once each, as they are after the batch. */
  changed: TaskMemory[];
}

/** What each event did that was applied. */
function fold(
  events: readonly TaskEvent[],
  cache: RowCache<TaskMemory>,
  projectIds: RowCache<number>,
): Folded {
  const changed = new Map<string, TaskMemory>();
  const folded: Omit<Folded, 'changed'> = {
    transitions: [],
    changes: [],
    versions: [],
    spans: new SpanChanges(),
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
    cache.set(key, next);
    changed.set(key, next);
  }
  return { ...folded, changed: [...changed.values()] };
}

function firstState(event: TaskEvent, projectIds: RowCache<number>): Task {
  return { ...evolve(undefined, event), project_id: projectIds.get(event.project) as number };
}
