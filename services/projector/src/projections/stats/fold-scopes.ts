/** How transitions of tasks change the stats of every scope that they are in. */
import { countTask, NO_COUNTS } from '../../task-outcomes/counts.js';
import { addDuration, NO_DURATIONS } from '../../task-outcomes/durations.js';
import { isSameToStats } from '../../task-outcomes/index.js';
import type { TaskOutcome, Transition } from '../../task-outcomes/task-outcome.js';
import type { Scope, StatsRow, StatsVersion } from './stats-rows.js';

export const ALL = '';

export const scopeKey = ({ project, agent }: Scope) => `${project}\0${agent}`;

/** The scopes that a task counts in. */
export function scopesOf({
  project,
  agent,
}: TaskOutcome): [one: Scope, agents: Scope, projects: Scope, all: Scope] {
  return [
    { project, agent },
    { project: ALL, agent },
    { project, agent: ALL },
    { project: ALL, agent: ALL },
  ];
}

export interface Rows {
  get(key: string): StatsRow | undefined;
  set(key: string, row: StatsRow): void;
}

export function countsInStats({ before, after }: Transition): boolean {
  return before === undefined || !isSameToStats(before, after);
}

/** @returns a row for each scope and position where something changed */
export function foldScopes(transitions: readonly Transition[], rows: Rows): StatsVersion[] {
  const versions: StatsVersion[] = [];
  for (const { at, before, after } of transitions) {
    const touched = new Map<string, StatsRow>();
    const row = (scope: Scope): StatsRow => {
      const key = scopeKey(scope);
      const known = touched.get(key) ?? { ...(rows.get(key) ?? emptyRow(scope)) };
      touched.set(key, known);
      return known;
    };
    if (before !== undefined) countIn(row, before, -1);
    countIn(row, after, 1);
    for (const [key, changed] of touched) {
      rows.set(key, changed);
      versions.push({ ...changed, valid_from: at });
    }
  }
  return versions;
}

function countIn(row: (scope: Scope) => StatsRow, task: TaskOutcome, sign: 1 | -1): void {
  const [one, ofAgent, ofProject, all] = scopesOf(task).map(row) as [StatsRow, StatsRow, StatsRow, StatsRow];
  for (const scope of [one, ofAgent, ofProject, all]) {
    countTask(scope, task, sign);
    addDuration(scope, task, sign);
  }
  // The first task of a project in a scope brings the project in, and the last takes it out again.
  for (const [part, whole] of [
    [one, ofAgent],
    [ofProject, all],
  ] as const) {
    const has = part.total > 0 ? 1 : 0;
    whole.projects += has - part.projects;
    part.projects = has;
  }
}

function emptyRow(scope: Scope): StatsRow {
  return { ...scope, projects: 0, ...NO_COUNTS, ...NO_DURATIONS };
}
