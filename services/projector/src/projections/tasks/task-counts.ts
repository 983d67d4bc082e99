/** Totals that lists show: of everything, and of each project, status and agent. */
import type { TaskState } from '@att/contracts';
import { textArray } from '@att/platform/postgres';
import { bigint, text } from '../../rows/column.js';
import type { Loader } from '../../rows/loader.js';
import { RowCache } from '../../rows/row-cache.js';
import { type Change, noRun, runOf } from '../../rows/runs.js';
import type { Write } from '../../rows/write.js';
import { lastRun, runColumns, writeRuns } from '../../rows/write-runs.js';

interface Key {
  kind: 'all' | 'project' | 'status' | 'agent';
  value: string;
}

interface Count extends Key, Change<Count> {
  total: number;
}

const COUNT_RUNS = runColumns<'task_counts', Count>(
  { kind: text(({ kind }) => kind), value: text(({ value }) => value) },
  { total: bigint(({ total }) => total) },
);

const CACHED_COUNTS = 20_000;
const keyOf = ({ kind, value }: Key) => `${kind}\0${value}`;

export class TaskCounts {
  /** Counts as they are now. */
  readonly #counts: RowCache<Count>;

  /** @param position checkpoint after which the generation goes on */
  constructor(
    private readonly table: string,
    position: number,
  ) {
    this.#counts = new RowCache({ capacity: CACHED_COUNTS, isTableEmpty: position === 0 });
  }

  async fold(loader: Loader, steps: readonly CountStep[]): Promise<Write[]> {
    await this.#load(loader, steps);
    const changes = steps.map(({ key, kind, value, from, by }) => {
      const known = this.#counts.get(key);
      const count = {
        kind,
        value,
        valid_from: from,
        total: (known?.total ?? 0) + by,
        run: known?.run ?? noRun<Count>(),
      };
      this.#counts.set(key, count);
      return count;
    });
    this.#counts.trim();
    return writeRuns(this.table, COUNT_RUNS, changes);
  }

  async #load(loader: Loader, steps: readonly CountStep[]): Promise<void> {
    const unknown = new Map<string, Key>();
    for (const step of steps) {
      if (this.#counts.isToLoad(step.key)) unknown.set(step.key, step);
    }
    if (unknown.size === 0) return;
    for (const count of await loadCounts(loader, this.table, [...unknown.values()])) {
      this.#counts.set(keyOf(count), count);
    }
  }
}

/** A task that comes to a count, or leaves it. */
export interface CountStep extends Key {
  key: string;
  from: number;
  by: 1 | -1;
}

/** Adds what an event does to counts, from `at` on: nothing where its task's span goes on. */
export function addCountSteps(
  steps: CountStep[],
  before: TaskState | undefined,
  after: TaskState,
  at: number,
): void {
  if (before === undefined) {
    steps.push(stepOf('all', '', at, 1), stepOf('project', after.project, at, 1));
  }
  addMove(steps, 'status', before?.status, after.status, at);
  addMove(steps, 'agent', before?.agent, after.agent, at);
}

function addMove(
  steps: CountStep[],
  kind: Key['kind'],
  from: string | undefined,
  to: string,
  at: number,
): void {
  if (from === to) return;
  if (from !== undefined) steps.push(stepOf(kind, from, at, -1));
  steps.push(stepOf(kind, to, at, 1));
}

function stepOf(kind: Key['kind'], value: string, from: number, by: 1 | -1): CountStep {
  return { key: keyOf({ kind, value }), kind, value, from, by };
}

async function loadCounts(loader: Loader, table: string, keys: readonly Key[]): Promise<Count[]> {
  const { rows } = await loader.query<Key & { total: number; first: number; length: number }>({
    name: `load-${table}`,
    text: `
      SELECT r.kind, r.value, r.first, r.length, r.total[r.length] AS total
      FROM unnest($1::text[], $2::text[]) AS k (kind, value)
      CROSS JOIN LATERAL (${lastRun(table, 'kind = k.kind AND value = k.value')}
      ) r`,
    values: [textArray(keys.map(({ kind }) => kind)), textArray(keys.map(({ value }) => value))],
  });
  return rows.map(({ first, length, ...row }) => ({ ...row, valid_from: 0, run: runOf(first, length) }));
}
