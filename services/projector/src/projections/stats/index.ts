/** Counts and durations of every scope, and what happened when. */
import { generationTable } from '@att/platform/projections';
import type { ClientBase } from 'pg';
import type { Projection, ProjectionWriter } from '../../projection.js';
import { RowCache } from '../../row-cache.js';
import { TaskOutcomes, type Transition } from '../../task-outcomes/index.js';
import { foldScopes, scopeKey, scopesOf } from './fold-scopes.js';
import { addToSeries, writeHappenings } from './series.js';
import { loadStats, type Scope, type StatsRow, writeStats } from './stats-rows.js';
import { tables } from './tables.js';

const CACHED_SCOPES = 50_000;

export const stats: Projection = { name: 'stats', version: 2, tables, indexes: () => '', writer };

function writer(generation: number): ProjectionWriter {
  const table = (name: string) => generationTable(name, generation);
  const outcomes = new TaskOutcomes(table('stats_tasks'));
  const cache = new RowCache<StatsRow>({ capacity: CACHED_SCOPES });

  async function load(client: ClientBase, transitions: readonly Transition[]): Promise<void> {
    const unknown = new Map<string, Scope>();
    for (const { before, after } of transitions) {
      const scopes = before === undefined ? scopesOf(after) : [...scopesOf(before), ...scopesOf(after)];
      for (const scope of scopes)
        if (cache.get(scopeKey(scope)) === undefined) unknown.set(scopeKey(scope), scope);
    }
    if (unknown.size === 0) return;
    const rows = await loadStats(client, table('stats_versions'), [...unknown.values()]);
    for (const row of rows) cache.set(scopeKey(row), row);
  }

  return {
    async apply(client, batch) {
      const transitions = await outcomes.transitions(client, batch);
      await load(client, transitions);
      await writeStats(client, table('stats_versions'), foldScopes(transitions, cache));
      await writeHappenings(client, table('series_events'), transitions);
      await addToSeries(client, table('series'), transitions);
      cache.trim();
    },
  };
}
