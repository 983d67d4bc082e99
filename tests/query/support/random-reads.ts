/** Random reads, and what each must answer by the plain fold of the log. */
import type { LogEvent } from '@att/platform/event-log';
import { averageDuration, countTasks } from '../../support/model/count-tasks.js';
import { type Folded, foldWhole } from '../../support/model/fold-log.js';
import { agentListOf, eventsOf, projectsOf, type Query, tasksOf } from '../../support/model/lists.js';
import { seriesOf } from '../../support/model/series.js';
import type { Random } from '../../support/random.js';
import { AGENTS, PROJECTS, TASK_IDS } from '../../support/random-history.js';

export interface Read {
  path: string;
  query: Query;
  expected: Expected;
}

/** Expected answer; for a list the rows of the page, and their number in all. */
export type Expected = { status: number } | { body: unknown } | { rows: readonly unknown[]; total?: number };

const SORTS = ['created', 'updated', 'title', 'duration'];
const PARTS = [
  'a',
  'ПО',
  'о',
  'σ',
  '京',
  '%',
  '_',
  '\\',
  'ZETA',
  'ar',
  'alpha',
  'ｅ',
  'nobody says this',
  'タワー\u3000東京',
  'a\u00a0half way',
  'of_it 50% a b',
];
const WORDS = ['running', 'waiting,completed', 'Проверка', 'failed', 'cancelled', 'completed,failed,'];
const TYPES = ['task.started', 'task.progressed', 'task.finished', 'projection.paused'];

/**
 * Reads of every kind, with random parameters.
 *
 * @param log up to the position that is read at
 * @param times that `from` and `to` are drawn from
 */
export function drawReads(random: Random, log: readonly LogEvent[], times: readonly string[]): Read[] {
  const folded = foldWhole(log);
  const maybe = (chance: number, query: () => Query): Query =>
    random.between(1, 100) <= chance ? query() : {};
  const signed = (fields: readonly string[]) => ({ sort: random.pick(['', '-']) + random.pick(fields) });
  const between = (from: string, to: string): Query => ({
    ...maybe(20, () => ({ [from]: random.pick(times) })),
    ...maybe(20, () => ({ [to]: random.pick(times) })),
  });
  const page = () =>
    maybe(50, () => ({ limit: String(random.between(1, 4)), offset: String(random.between(0, 5)) }));

  const taskQuery = (): Query => ({
    ...page(),
    ...maybe(70, () => signed(SORTS)),
    ...maybe(25, () => ({ status: random.pick(WORDS) })),
    ...maybe(20, () => ({ agent: random.pick(AGENTS) })),
    ...maybe(20, () => ({ [random.pick(['project', 'project_name'])]: random.pick(PROJECTS) })),
    ...maybe(30, () => ({ q: random.pick(PARTS) })),
    ...maybe(15, () => ({ task_name: random.pick(PARTS) })),
    ...between('from', 'to'),
    ...between('from_date', 'to_date'),
  });
  const named = (...sorts: string[]): Query => ({
    ...page(),
    ...maybe(70, () => signed(sorts)),
    ...maybe(40, () => ({ q: random.pick([...PARTS, 'agent', 'shop', '店']) })),
  });
  const scope = (): Query => ({
    ...maybe(50, () => ({ project: random.pick(PROJECTS) })),
    ...maybe(50, () => ({ agent: random.pick(AGENTS) })),
  });
  const eventFilter = (): Query => ({
    ...maybe(25, () => ({ agent: random.pick(AGENTS) })),
    ...maybe(25, () => ({ type: random.pick(TYPES) })),
    ...maybe(25, () => ({ after: String(random.between(0, log.length)) })),
    ...between('from', 'to'),
  });

  const list = (path: string, query: Query, rows: readonly unknown[]): Read => ({
    path,
    query,
    expected: { rows: pageOf(rows, query), total: rows.length },
  });
  const ofProject = (project: string, read: () => Read['expected']) =>
    folded.projects.some(({ name }) => name === project) ? read() : { status: 404 };

  const reads: Read[] = [];
  for (const path of ['/api/tasks', '/api/tasks', '/api/tasks', '/api/tasks/search', '/api/tasks/search']) {
    const query = taskQuery();
    reads.push(list(path, query, tasksOf(folded, query)));
  }
  for (const project of PROJECTS) {
    const query = taskQuery();
    const path = `/api/projects/${encodeURIComponent(project)}`;
    const expected = ofProject(project, () => list(path, query, tasksOf(folded, query, project)).expected);
    reads.push({ path: `${path}/tasks`, query, expected });
    const one = folded.projects.find(({ name }) => name === project);
    reads.push({ path, query: {}, expected: one === undefined ? { status: 404 } : { body: one } });
  }
  reads.push(...oneTaskReads(random, log, folded, eventFilter));
  for (let turn = 0; turn < 2; turn++) {
    const ofProjects = named('name', 'created', 'updated');
    reads.push(list('/api/projects', ofProjects, projectsOf(folded, ofProjects)));
    const ofAgents = named('name', 'created', 'first_seen', 'updated', 'last_seen');
    reads.push(list('/api/agents', ofAgents, agentListOf(folded, ofAgents)));
    const query = scope();
    reads.push({ path: '/api/stats', query, expected: { body: statsOf(folded, query) } });
  }
  for (const bucket of ['minute', 'hour', 'day'] as const) {
    const query = { ...scope(), ...between('from', 'to') };
    const expected = { body: seriesOf(folded, { ...query, bucket }) };
    reads.push({ path: '/api/stats/series', query: { ...query, bucket }, expected });
  }
  for (let turn = 0; turn < 3; turn++) {
    const query = {
      ...eventFilter(),
      ...page(),
      ...random.pick([{ project: random.pick(PROJECTS) }, { task_id: random.pick(TASK_IDS) }]),
    };
    reads.push(eventRead('/api/events', query, eventsOf(log, query)));
  }
  const query = page();
  reads.push(list('/api/events', query, log.map(shownEvent)));
  return reads;
}

/** Reads of single tasks, by either path, and of their events. */
function oneTaskReads(
  random: Random,
  log: readonly LogEvent[],
  folded: Folded,
  eventFilter: () => Query,
): Read[] {
  return random.shuffle(TASK_IDS).flatMap((task_id): Read[] => {
    const project = random.pick(PROJECTS);
    const name = encodeURIComponent(task_id);
    const ofId = folded.tasks.filter((task) => task.task_id === task_id);
    const one = ofId.find((task) => task.project === project);
    const status = ofId.length > 1 ? 409 : 404;
    const path = `/api/projects/${encodeURIComponent(project)}/tasks/${name}`;
    const filter = eventFilter();
    const events = eventsOf(log, { ...filter, project, task_id });
    return [
      { path: `/api/tasks/${name}`, query: {}, expected: ofId.length === 1 ? { body: ofId[0] } : { status } },
      { path, query: {}, expected: one === undefined ? { status: 404 } : { body: one } },
      one === undefined
        ? { path: `${path}/events`, query: filter, expected: { status: 404 } }
        : eventRead(`${path}/events`, filter, events),
    ];
  });
}

function eventRead(path: string, query: Query, events: readonly LogEvent[]): Read {
  return { path, query, expected: { rows: pageOf(events.map(shownEvent), query) } };
}

/** Event as lists show it without `data=text`, less its hashes and salt. */
function shownEvent({ data_text, ...event }: LogEvent) {
  return { ...event, data: data_text === null ? null : JSON.parse(data_text) };
}

function statsOf({ tasks }: Folded, { project, agent }: Query) {
  const its = tasks.filter(
    (task) =>
      (project === undefined || task.project === project) && (agent === undefined || task.agent === agent),
  );
  const total_projects = new Set(its.map((task) => task.project)).size;
  return { total_projects, ...countTasks(its), average_duration: averageDuration(its) };
}

function pageOf(rows: readonly unknown[], { offset = '0', limit = '50' }: Query): unknown[] {
  return rows.slice(Number(offset), Number(offset) + Number(limit));
}
