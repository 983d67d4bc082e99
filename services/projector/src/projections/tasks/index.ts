/** Tasks: as they are now, and as they were at every position. */
import { evolve, type TaskState } from '@att/contracts';
import { parsedTaskEvent, type TaskLogEvent } from '@att/platform/event-log';
import { generationTable, PROJECTION_VERSIONS, READ_MODELS, type TableName } from '@att/platform/projections';
import type { FoldedBatch } from '../../fold/folded-batch.js';
import type { Projection, ProjectionWriter } from '../../fold/projection.js';
import { TaskTransitions, type Transition } from '../../fold/task-outcome.js';
import type { Loader } from '../../rows/loader.js';
import { RowCache, taskKey } from '../../rows/row-cache.js';
import { YIELD_EVENTS, yieldToEventLoop } from '../../rows/yield-to-event-loop.js';
import { indexes, KEYS } from './indexes.js';
import { loadProjectIds, loadTasks } from './load-tasks.js';
import { copyTasks, type NewTask } from './new-tasks.js';
import { SearchKeys } from './search-keys.js';
import { taskBytes } from './task-bytes.js';
import { addCountSteps, type CountStep, TaskCounts } from './task-counts.js';
import { TaskLatest } from './task-latest.js';
import type { TaskMemory } from './task-memory.js';
import { TaskMessages } from './task-messages.js';
import { copyMetadata, followMetadata, type MetadataRow } from './task-metadata.js';
import { SpanChanges } from './task-spans.js';
import { addChangedText, copyTexts, type TaskText } from './task-texts.js';
import { copyVersions, type TaskVersion } from './task-versions.js';

const CACHED_TASKS = 20_000;
const CACHED_PROJECTS = 10_000;

export const tasks: Projection = {
  name: 'tasks',
  version: PROJECTION_VERSIONS.tasks,
  tables: READ_MODELS.tasks,
  keys: KEYS,
  indexes,
  covered: ['tasks', 'task_spans'],
  byKey: ['task_counts'],
  writer,
};

function writer(generation: number, position: number): ProjectionWriter {
  const table = (name: TableName) => generationTable(name, generation);
  const messages = new TaskMessages(
    { messages: table('task_messages'), versions: table('task_versions') },
    position,
  );
  const latest = new TaskLatest({ latest: table('task_latest'), versions: table('task_versions') }, position);
  const counts = new TaskCounts(table('task_counts'), position);
  const cache = new RowCache<TaskMemory>({
    capacity: CACHED_TASKS,
    weigh: ({ task }) => taskBytes(task),
    isTableEmpty: position === 0,
  });
  const projectIds = new RowCache<number>({ capacity: CACHED_PROJECTS, isTableEmpty: position === 0 });

  /** Loads what memory lacks of the batch's tasks, and of the projects of new tasks. @returns memory of each task */
  async function load(loader: Loader, batch: FoldedBatch): Promise<(TaskMemory | undefined)[]> {
    const unknown = batch.tasks.filter(({ key }) => cache.isToLoad(key));
    if (unknown.length > 0) {
      const tables = {
        tasks: table('tasks'),
        versions: table('task_versions'),
        spans: table('task_spans'),
        metadata: table('task_metadata'),
      };
      const loaded = await loadTasks(loader, tables, unknown);
      for (const memory of loaded) cache.set(taskKey(memory.task), memory);
    }
    const memories = batch.tasks.map(({ key }) => cache.get(key));
    const newTasks = batch.tasks.filter((_, taskIndex) => memories[taskIndex] === undefined);
    const projects = new Set(newTasks.map(({ project }) => project));
    const unknownProjects = [...projects].filter((project) => projectIds.isToLoad(project));
    if (unknownProjects.length > 0) {
      const ids = await loadProjectIds(loader, table('tasks'), unknownProjects);
      for (const [project, id] of ids) projectIds.set(project, id);
    }
    return memories;
  }

  return {
    async fold(loader, batch) {
      const memories = await load(loader, batch);
      await messages.load(loader);
      await latest.load(loader);
      const folded = await fold(batch, memories, projectIds);
      const versions = batch.kept(folded.versions, ({ task }) => task.id);
      for (const { task, validFrom, messageKey } of versions) {
        latest.add(task.id, validFrom);
        if (messageKey !== null) messages.add(task.id, validFrom, messageKey);
      }
      cache.setChanged(batch.tasks, memories);
      cache.trim();
      projectIds.trim();
      const writes = [
        copyTasks(table('tasks'), folded.added),
        copyVersions(table('task_versions'), versions),
        copyMetadata(
          table('task_metadata'),
          batch.kept(folded.metadata, ({ id }) => id),
        ),
        messages.copyWhole(batch.position),
        ...latest.writeWhole(batch.position),
        ...folded.spans.write(table('task_spans')),
        copyTexts(
          table('task_texts'),
          batch.kept(folded.texts, ({ id }) => id),
        ),
        ...(await counts.fold(loader, folded.counts)),
      ];
      return { writes, transitions: new TaskTransitions(folded.transitions) };
    },
  };
}

interface Folded {
  transitions: Transition[];
  added: NewTask[];
  versions: TaskVersion[];
  metadata: MetadataRow[];
  texts: TaskText[];
  counts: CountStep[];
  spans: SpanChanges;
}

/** Folds each event that applies. @param memories memory of each task of the batch, which is moved on */
async function fold(
  batch: FoldedBatch,
  memories: (TaskMemory | undefined)[],
  projectIds: RowCache<number>,
): Promise<Folded> {
  const folded: Folded = {
    transitions: [],
    added: [],
    versions: [],
    metadata: [],
    texts: [],
    counts: [],
    spans: new SpanChanges(),
  };
  const searchKeys = new SearchKeys();
  for (let index = 0; index < batch.events.length; index++) {
    const event = batch.events[index] as TaskLogEvent;
    if (index % YIELD_EVENTS === YIELD_EVENTS - 1) await yieldToEventLoop();
    const at = batch.effectOf(event);
    const taskIndex = batch.taskIndexes[index] as number;
    const memory = memories[taskIndex];
    const before = memory?.task;
    const parsed = parsedTaskEvent(event);
    const after = evolve(before, parsed);
    if (after === before) continue;
    const projectId = memory?.projectId ?? projectIdOf(event, projectIds);
    const metadata = followMetadata(folded.metadata, {
      before: memory,
      after,
      brought: parsed.data?.metadata,
      at,
    });
    const { spanFrom, endFrom } = folded.spans.follow(memory, after, at);
    const presentFrom = memory?.presentFrom ?? at;
    const messageFrom = messageFromOf(memory, after, at);
    const next = {
      task: after,
      projectId,
      presentFrom,
      validFrom: at,
      spanFrom,
      endFrom,
      metadata,
      messageFrom,
    };
    folded.transitions.push({ event, at, before, after });
    const messageKey = messageFrom === at ? searchKeys.of(after.message as string) : null;
    folded.versions.push({ task: after, validFrom: at, messageFrom, messageKey });
    addChangedText(folded.texts, before, after, at);
    if (spanFrom === at) addCountSteps(folded.counts, before, after, at);
    if (memory === undefined) folded.added.push(next);
    memories[taskIndex] = next;
  }
  return folded;
}

/** Id of a new task's project: where that is new as well, it is the event's position. */
function projectIdOf({ project, position }: TaskLogEvent, projectIds: RowCache<number>): number {
  const known = projectIds.get(project);
  if (known === undefined) projectIds.set(project, position);
  return known ?? position;
}

function messageFromOf(memory: TaskMemory | undefined, { message }: TaskState, at: number): number | null {
  if (message === null) return null;
  return memory !== undefined && memory.task.message === message ? memory.messageFrom : at;
}
