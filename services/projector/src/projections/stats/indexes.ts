import { generationTable } from '@att/platform/projections';

export function indexes(generation: number): readonly string[] {
  return (['series_durations', 'series_agents'] as const).map(
    (table) => `CREATE UNIQUE INDEX ON ${generationTable(table, generation)} (position)`,
  );
}
