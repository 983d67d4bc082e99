/** Counts and durations of every scope, and what happened when. */
import { generationTable, PROJECTION_VERSIONS, READ_MODELS, type TableName } from '@att/platform/projections';
import type { Projection, ProjectionWriter } from '../../fold/projection.js';
import type { Loader } from '../../rows/loader.js';
import { RowCache } from '../../rows/row-cache.js';
import { writeRuns } from '../../rows/write-runs.js';
import { outcomesKey, TaskOutcomes, type Transition } from '../../task-outcomes/index.js';
import { countsInStats, foldScopes } from './fold-scopes.js';
import { Scopes, scopeKey } from './scopes.js';
import { addToSeries } from './series.js';
import { copyLateSteps } from './series-late.js';
import { addSteps, copyDurations, copyStepAgents } from './series-steps.js';
import { loadStats, STATS_RUNS, type StatsRow } from './stats-rows.js';

const CACHED_SCOPES = 50_000;

export const stats: Projection = {
  name: 'stats',
  version: PROJECTION_VERSIONS.stats,
  tables: READ_MODELS.stats,
  keys: [outcomesKey('stats_tasks')],
  byKey: ['stats_versions', 'stats_tasks'],
  indexes,
  writer,
};

function indexes(generation: number): readonly string[] {
  return (['series_durations', 'series_agents'] as const).map(
    (table) => `CREATE UNIQUE INDEX ON ${generationTable(table, generation)} (position)`,
  );
}

function writer(generation: number, position: number): ProjectionWriter {
  const table = (name: TableName) => generationTable(name, generation);
  const outcomes = new TaskOutcomes(table('stats_tasks'), position);
  const cache = new RowCache<StatsRow>({ capacity: CACHED_SCOPES, isTableEmpty: position === 0 });

  /** Loads what memory lacks. @returns the scopes that the transitions are counted in */
  async function load(loader: Loader, transitions: readonly Transition[]): Promise<Scopes> {
    const scopes = new Scopes();
    for (const { before, after } of transitions) {
      scopes.of(after);
      if (before !== undefined) scopes.of(before);
    }
    const unknown = scopes.list.filter(({ key }) => cache.isToLoad(key));
    if (unknown.length > 0) {
      const rows = await loadStats(loader, table('stats_versions'), unknown);
      for (const row of rows) cache.set(scopeKey(row), row);
    }
    return scopes;
  }

  return {
    async fold(loader, batch, known) {
      const transitions = await outcomes.transitions(loader, batch, known);
      const { all } = transitions;
      const counting = all.filter(countsInStats);
      const changes = foldScopes(counting, await load(loader, counting), cache);
      cache.trim();
      const writes = [
        outcomes.copyNew(batch, transitions),
        ...writeRuns(table('stats_versions'), STATS_RUNS, changes),
        ...(batch.isLate
          ? [copyLateSteps(table('series_late'), all)]
          : [
              addSteps(table('series_steps'), all),
              copyDurations(table('series_durations'), all),
              copyStepAgents(table('series_agents'), all),
              addToSeries(table('series'), all),
            ]),
      ];
      return { writes, transitions };
    },
  };
}
