/** Model of lists: filter everything, sort everything. */
import {
  type Agent,
  foldText,
  type Project,
  searchWords,
  summaryOf,
  type Task,
  type TaskSummary,
} from '@att/contracts';
import type { LogEvent } from '@att/platform/event-log';
import { agentsOf, byCodePoint } from './agents.js';
import type { Folded } from './fold-log.js';

/** Parameters by name, as texts. */
export type Query = Readonly<Record<string, string>>;

type Key = string | number | null;

export function tasksOf({ tasks, applied }: Folded, query: Query, project?: string): TaskSummary[] {
  const key = {
    created: ({ id }: Task) => id,
    // Order of application: it differs from that of positions only where events waited behind a dead letter.
    updated: ({ id }: Task) => applied.findLastIndex(({ after }) => after.id === id),
    title: ({ title }: Task) => foldText(title),
    duration: ({ duration_seconds }: Task) => duration_seconds,
  };
  const found = tasks.filter(
    (task) =>
      [project, query.project, query.project_name].every(
        (name) => name === undefined || name === task.project,
      ) &&
      (query.agent === undefined || query.agent === task.agent) &&
      (query.status === undefined || query.status.split(',').includes(task.status)) &&
      containsAll(query.q, [task.title, task.task_id, task.message ?? '']) &&
      containsAll(query.task_name, [task.title]) &&
      [query.from, query.from_date].every((from) => from === undefined || task.created_at >= from) &&
      [query.to, query.to_date].every((to) => to === undefined || task.created_at <= to),
  );
  return sorted(found, query.sort ?? '-created', key).map((task) => summaryOf(task));
}

export function projectsOf({ projects }: Folded, query: Query): Project[] {
  const found = projects.filter(({ name }) => containsAll(query.q, [name]));
  return sorted(found, query.sort ?? '-created', {
    created: ({ id }) => id,
    updated: ({ updated_at }) => updated_at,
    name: ({ name }) => foldText(name),
  });
}

export function agentListOf(folded: Folded, query: Query): Agent[] {
  const found = agentsOf(folded).filter(({ name }) => containsAll(query.q, [name]));
  const firstSeen = ({ id }: { id: number }) => id;
  const lastSeen = ({ last_seen }: Agent) => last_seen;
  return sorted(found, query.sort ?? '-created', {
    created: firstSeen,
    first_seen: firstSeen,
    updated: lastSeen,
    last_seen: lastSeen,
    name: ({ name }) => foldText(name),
  }).map(({ id, ...agent }) => agent);
}

export function eventsOf(log: readonly LogEvent[], query: Query): LogEvent[] {
  const found = log.filter((event) => {
    const happened = event.occurred_at ?? event.recorded_at;
    return (
      event.position > Number(query.after ?? 0) &&
      (['project', 'task_id', 'agent', 'actor', 'type'] as const).every(
        (field) => query[field] === undefined || query[field] === event[field],
      ) &&
      (query.from === undefined || event.recorded_at >= query.from) &&
      (query.to === undefined || event.recorded_at <= query.to) &&
      (query.occurred_from === undefined || happened >= query.occurred_from) &&
      (query.occurred_to === undefined || happened <= query.occurred_to)
    );
  });
  return query.sort === '-position' ? found.reverse() : found;
}

/** Whether each word of a search is in some of the texts. */
function containsAll(search: string | undefined, texts: readonly string[]): boolean {
  const folded = texts.map(foldText);
  return searchWords(search ?? '').every((word) => folded.some((text) => text.includes(word)));
}

/** Comparison by the key and then by id, both reversed by `-`; nulls are last both ways. */
function sorted<Row extends { id: number }>(
  rows: readonly Row[],
  sort: string,
  keys: Readonly<Record<string, (row: Row) => Key>>,
): Row[] {
  const key = keys[sort.replace('-', '')];
  if (key === undefined) throw new Error(`no order ${sort}`);
  const sign = sort.startsWith('-') ? -1 : 1;
  return [...rows].sort((one, other) => {
    const [a, b] = [key(one), key(other)];
    if ((a === null) !== (b === null)) return a === null ? 1 : -1;
    return sign * (compare(a, b) || one.id - other.id);
  });
}

function compare(a: Key, b: Key): number {
  return typeof a === 'string' && typeof b === 'string' ? byCodePoint(a, b) : Number(a) - Number(b);
}
