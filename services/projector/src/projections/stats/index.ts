/** Counts and durations of every scope, and what happened when. */
import { generationTable, PROJECTION_VERSIONS } from '@att/platform/projections';
import type { Projection, ProjectionWriter } from '../../projection.js';
import type { Loader } from '../../rows/loader.js';
import { RowCache } from '../../rows/row-cache.js';
import { writingRuns } from '../../rows/write-runs.js';
import { outcomesKey, TaskOutcomes, type Transition } from '../../task-outcomes/index.js';
import { countsInStats, foldScopes, isOfSameAgent, scopeKey, scopesOf } from './fold-scopes.js';
import { addingToSeries } from './series.js';
import { writingLateSteps } from './series-late.js';
import { addingSteps, writingDurations } from './series-steps.js';
import { loadStats, type Scope, STATS_RUNS, type StatsRow } from './stats-rows.js';
import { indexes, tables } from './tables.js';

const CACHED_SCOPES = 50_000;

export const stats: Projection = {
  name: 'stats',
  version: PROJECTION_VERSIONS.stats,
  tables,
  keys: [outcomesKey('stats_tasks')],
  indexes,
  writer,
};

function writer(generation: number, position: number): ProjectionWriter {
  const table = (name: string) => generationTable(name, generation);
  const outcomes = new TaskOutcomes(table('stats_tasks'), position);
  const cache = new RowCache<StatsRow>({ capacity: CACHED_SCOPES, isTableEmpty: position === 0 });

  async function load(loader: Loader, transitions: readonly Transition[]): Promise<void> {
    const unknown = new Map<string, Scope>();
    for (const { before, after } of transitions) {
      const isMoved = before !== undefined && !isOfSameAgent(before, after);
      const scopes = isMoved ? [...scopesOf(before), ...scopesOf(after)] : scopesOf(after);
      for (const scope of scopes) {
        const key = scopeKey(scope);
        if (cache.isToLoad(key)) unknown.set(key, scope);
      }
    }
    if (unknown.size === 0) return;
    const rows = await loadStats(loader, table('stats_versions'), [...unknown.values()]);
    for (const row of rows) cache.set(scopeKey(row), row);
  }

  return {
    async fold(loader, batch) {
      const transitions = await outcomes.transitions(loader, batch);
      const counting = transitions.filter(countsInStats);
      await load(loader, counting);
      const changes = foldScopes(counting, cache);
      cache.trim();
      return [
        outcomes.writing(batch),
        ...writingRuns(table('stats_versions'), STATS_RUNS, changes),
        ...(batch.isLate
          ? [writingLateSteps(table('series_late'), transitions)]
          : [
              addingSteps(table('series_steps'), transitions),
              writingDurations(table('series_durations'), transitions),
              addingToSeries(table('series'), transitions),
            ]),
      ];
    },
  };
}
