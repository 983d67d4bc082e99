/** Counts and durations by project and agent. */
import { generationTable } from '@att/platform/projections';
import type { ClientBase } from 'pg';
import type { Projection, ProjectionWriter } from '../../projection.js';
import { RowCache } from '../../row-cache.js';
import { countTask, NO_COUNTS } from '../../task-outcomes/counts.js';
import { type TaskOutcome, TaskOutcomes, type Transition } from '../../task-outcomes/index.js';
import { loadStats, type StatsRow, writeStats } from './stats-rows.js';
import { tables } from './tables.js';

const CACHED_ROWS = 20_000;

export const stats: Projection = { name: 'stats', version: 1, tables, indexes: () => '', writer };

type Key = Pick<TaskOutcome, 'project' | 'agent'>;
const keyOf = ({ project, agent }: Key) => `${project}\0${agent}`;

function writer(generation: number): ProjectionWriter {
  const table = generationTable('stats', generation);
  const outcomes = new TaskOutcomes(generationTable('stats_tasks', generation));
  const cache = new RowCache<StatsRow>({ capacity: CACHED_ROWS });

  async function load(client: ClientBase, transitions: readonly Transition[]): Promise<void> {
    const unknown = new Map<string, Key>();
    for (const { before, after } of transitions) {
      for (const task of before === undefined ? [after] : [before, after]) {
        if (cache.get(keyOf(task)) === undefined) unknown.set(keyOf(task), task);
      }
    }
    if (unknown.size === 0) return;
    for (const row of await loadStats(client, table, [...unknown.values()])) cache.set(keyOf(row), row);
  }

  return {
    async apply(client, batch) {
      const transitions = await outcomes.transitions(client, batch);
      await load(client, transitions);
      const changed = fold(transitions, cache);
      if (changed.length > 0) await writeStats(client, table, changed);
      cache.trim();
    },
  };
}

function fold(transitions: readonly Transition[], cache: RowCache<StatsRow>): StatsRow[] {
  const changed = new Map<string, StatsRow>();
  const count = (task: TaskOutcome, sign: 1 | -1) => {
    const key = keyOf(task);
    const row = changed.get(key) ?? { ...(cache.get(key) ?? emptyRow(task)) };
    countTask(row, task, sign);
    if (task.status === 'completed' && task.finished_at !== null && task.duration_seconds !== null) {
      row.durations += sign;
      row.durationMicros += BigInt(sign) * microsOf(task.duration_seconds);
    }
    cache.set(key, row);
    changed.set(key, row);
  };
  for (const { before, after } of transitions) {
    if (before !== undefined) count(before, -1);
    count(after, 1);
  }
  return [...changed.values()];
}

function emptyRow({ project, agent }: Key): StatsRow {
  return { project, agent, ...NO_COUNTS, durations: 0, durationMicros: 0n };
}

/** Whole microseconds; a duration too long for a double to hold them exactly counts in whole seconds. */
export function microsOf(seconds: number): bigint {
  return seconds < 1e9 ? BigInt(Math.round(seconds * 1e6)) : BigInt(Math.round(seconds)) * 1_000_000n;
}
