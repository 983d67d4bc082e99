/** How transitions of tasks change the stats of every scope that they are in. */
import { noRun } from '../../rows/runs.js';
import { countTask, NO_COUNTS } from '../../task-outcomes/counts.js';
import { addDuration, NO_DURATIONS } from '../../task-outcomes/durations.js';
import { isSameToStats } from '../../task-outcomes/index.js';
import type { TaskOutcome, Transition } from '../../task-outcomes/task-outcome.js';
import { copyOf, type Scope, type StatsRow } from './stats-rows.js';

export const ALL = '';

export const scopeKey = ({ project, agent }: Scope) => `${project}\0${agent}`;

/** With the key by which memory has it. */
interface KeyedScope extends Scope {
  key: string;
}

type ScopesOfTask = readonly [one: KeyedScope, ofAgent: KeyedScope, ofProject: KeyedScope, all: KeyedScope];

/** The scopes that the tasks of a batch count in, each made once. */
export class Scopes {
  readonly #all = keyed(ALL, ALL);
  readonly #ofAgents = new Map<string, KeyedScope>();
  readonly #ofProjects = new Map<string, { scope: KeyedScope; byAgent: Map<string, ScopesOfTask> }>();
  /** All that were asked for. */
  readonly list: KeyedScope[] = [];

  of({ project, agent }: Pick<TaskOutcome, 'project' | 'agent'>): ScopesOfTask {
    let ofProject = this.#ofProjects.get(project);
    if (ofProject === undefined) {
      if (this.list.length === 0) this.list.push(this.#all);
      ofProject = { scope: this.#make(project, ALL), byAgent: new Map() };
      this.#ofProjects.set(project, ofProject);
    }
    let scopes = ofProject.byAgent.get(agent);
    if (scopes === undefined) {
      scopes = [this.#make(project, agent), this.#ofAgent(agent), ofProject.scope, this.#all];
      ofProject.byAgent.set(agent, scopes);
    }
    return scopes;
  }

  #ofAgent(agent: string): KeyedScope {
    let scope = this.#ofAgents.get(agent);
    if (scope === undefined) {
      scope = this.#make(ALL, agent);
      this.#ofAgents.set(agent, scope);
    }
    return scope;
  }

  #make(project: string, agent: string): KeyedScope {
    const scope = keyed(project, agent);
    this.list.push(scope);
    return scope;
  }
}

function keyed(project: string, agent: string): KeyedScope {
  return { project, agent, key: scopeKey({ project, agent }) };
}

export interface Rows {
  get(key: string): StatsRow | undefined;
  set(key: string, row: StatsRow): void;
}

export function countsInStats({ before, after }: Transition): boolean {
  return before === undefined || !isSameToStats(before, after);
}

/** Whether a task counts in the same scopes as before: its project never changes. */
const isOfSameAgent = (before: TaskOutcome, after: TaskOutcome) => before.agent === after.agent;

/** @returns a row for each scope and position where something changed */
export function foldScopes(transitions: readonly Transition[], scopes: Scopes, rows: Rows): StatsRow[] {
  const changes: StatsRow[] = [];
  const rowOf = (scope: KeyedScope, at: number): StatsRow => {
    const known = rows.get(scope.key);
    if (known?.valid_from === at) return known;
    const changed = copyOf(known ?? emptyRow(scope, at));
    changed.valid_from = at;
    rows.set(scope.key, changed);
    changes.push(changed);
    return changed;
  };
  const rowsOf = (task: TaskOutcome, at: number): ScopeRows => {
    const [one, ofAgent, ofProject, all] = scopes.of(task);
    return [rowOf(one, at), rowOf(ofAgent, at), rowOf(ofProject, at), rowOf(all, at)];
  };
  for (const { at, before, after } of transitions) {
    const is = rowsOf(after, at);
    if (before !== undefined) countIn(isOfSameAgent(before, after) ? is : rowsOf(before, at), before, -1);
    countIn(is, after, 1);
  }
  return changes;
}

type ScopeRows = readonly [one: StatsRow, ofAgent: StatsRow, ofProject: StatsRow, all: StatsRow];

function countIn(rows: ScopeRows, task: TaskOutcome, sign: 1 | -1): void {
  const [one, ofAgent, ofProject, all] = rows;
  for (const row of rows) {
    countTask(row, task, sign);
    addDuration(row, task, sign);
  }
  countProject(one, ofAgent);
  countProject(ofProject, all);
}

/** The first task of a project in a scope brings the project in, and the last takes it out again. */
function countProject(part: StatsRow, whole: StatsRow): void {
  const has = part.total > 0 ? 1 : 0;
  whole.projects += has - part.projects;
  part.projects = has;
}

function emptyRow({ project, agent }: Scope, at: number): StatsRow {
  return { project, agent, projects: 0, ...NO_COUNTS, ...NO_DURATIONS, valid_from: at, run: noRun() };
}
