import { foldText } from '@att/contracts';
import { textArray } from '@att/platform/postgres';
import { bigint, tableColumns, text, time } from '../../rows/column.js';
import type { Loader } from '../../rows/loader.js';
import { type Change, runOf } from '../../rows/runs.js';
import { overwriting, upsertRows } from '../../rows/upsert-rows.js';
import type { Write } from '../../rows/write.js';
import { lastRun, runColumns } from '../../rows/write-runs.js';
import { COUNT_COLUMNS, type Counts } from '../../task-outcomes/counts.js';
import { DURATION_COLUMNS, type Durations } from '../../task-outcomes/durations.js';

export interface AgentRow extends Counts, Durations, Change<AgentRow> {
  id: number;
  name: string;
  present_from: number;
  first_seen: string;
  last_seen: string;
}

type Stored = Omit<AgentRow, 'durationMicros' | 'run'> & {
  duration_micros: string;
  first: number;
  length: number;
};

/** Field by field, for the reason that `evolve` copies a task so. */
export function copyOf(row: AgentRow): AgentRow {
  return {
    id: row.id,
    name: row.name,
    present_from: row.present_from,
    first_seen: row.first_seen,
    last_seen: row.last_seen,
    total: row.total,
    active: row.active,
    completed: row.completed,
    failed: row.failed,
    durations: row.durations,
    durationMicros: row.durationMicros,
    valid_from: row.valid_from,
    run: row.run,
  };
}

export async function loadAgents(
  loader: Loader,
  { agents, versions }: { agents: string; versions: string },
  names: readonly string[],
): Promise<AgentRow[]> {
  const { rows } = await loader.query<Stored>({
    name: `load-${agents}`,
    text: `
      SELECT o.id, name, present_from, first_seen, o.last_seen, o.total, o.active, o.completed, o.failed, o.durations,
             o.duration_micros::text AS duration_micros, 0 AS valid_from, r.first, r.length
      FROM ${agents} o
      CROSS JOIN LATERAL (${lastRun(versions, 'id = o.id')}
      ) r
      WHERE name = ANY ($1::text[])`,
    values: [textArray(names)],
  });
  return rows.map(({ duration_micros, first, length, ...row }) => ({
    ...row,
    durationMicros: BigInt(duration_micros),
    run: runOf(first, length),
  }));
}

const MOVING = {
  last_seen: time((row: AgentRow) => row.last_seen),
  ...COUNT_COLUMNS,
  ...DURATION_COLUMNS,
};

const COLUMNS = tableColumns<'agents', AgentRow>({
  id: bigint((row) => row.id),
  name: text((row) => row.name),
  name_key: text((row) => foldText(row.name)),
  present_from: bigint((row) => row.present_from),
  first_seen: time((row) => row.first_seen),
  ...MOVING,
});

const OVERWRITE = overwriting('id', Object.keys(MOVING));

export function upsertAgents(table: string, rows: readonly AgentRow[]): Write {
  return upsertRows(table, COLUMNS, rows, OVERWRITE);
}

export const AGENT_RUNS = runColumns<'agent_versions', AgentRow>({ id: bigint((row) => row.id) }, MOVING);
