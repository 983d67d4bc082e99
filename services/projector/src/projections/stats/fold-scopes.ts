/** How transitions of tasks change the stats of every scope that they are in. */

import type { TaskOutcome, Transition } from '../../fold/task-outcome.js';
import { noRun } from '../../rows/runs.js';
import { countTask, NO_COUNTS } from '../../task-outcomes/counts.js';
import { addDuration, NO_DURATIONS } from '../../task-outcomes/durations.js';
import { isSameToStats } from '../../task-outcomes/index.js';
import type { KeyedScope, Scopes } from './scopes.js';
import { copyOf, type Scope, type StatsRow } from './stats-rows.js';

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
