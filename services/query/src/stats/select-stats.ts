import type { Stats } from '@att/contracts';
import { generationTable, heldAt } from '@att/platform/projections';
import type { Select } from '../read-model/read-model.js';
import { AT_POSITION, SNAPSHOT_COLUMNS, type SnapshotRow, snapshotOf } from '../read-model/snapshot.js';
import { meanSeconds } from './mean-seconds.js';

export interface StatsFilter {
  project: string | undefined;
  /** Current agent of a task. */
  agent: string | undefined;
}

/** Totals of everything, or of one project, agent, or both. */
export function selectStats({ project = '', agent = '' }: StatsFilter): Select<Stats> {
  return async (reader, generation, at) => {
    const held = heldAt({
      table: 'stats_versions',
      generation,
      key: 'project = $3 AND agent = $4',
      at: 'g.at',
    });
    const [row] = await reader.query<SnapshotRow & Stats>({
      name: `select-stats-${generationTable('stats_versions', generation)}`,
      text: `
        SELECT ${SNAPSHOT_COLUMNS},
               coalesce(s.projects, 0) AS total_projects,
               coalesce(s.total, 0) AS total_tasks,
               coalesce(s.active, 0) AS active_tasks,
               coalesce(s.completed, 0) AS completed_tasks,
               coalesce(s.failed, 0) AS failed_tasks,
               ${meanSeconds('s.duration_micros', 's.durations')} AS average_duration
        FROM (${AT_POSITION}) g
        LEFT JOIN LATERAL (${held}
        ) s ON true`,
      values: [generation, at, project, agent],
    });
    if (row === undefined) return undefined;
    const { as_of, log_epoch, ...stats } = row;
    return snapshotOf(row, stats);
  };
}
