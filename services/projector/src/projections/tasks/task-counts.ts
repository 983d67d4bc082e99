/** Totals that lists are told with: of everything, and of each project, status and agent. */
import type { Task } from '@att/contracts';
import { textArray } from '@att/platform/postgres';
import { bigint, type Column, text } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Loader } from '../../rows/loader.js';
import { RowCache } from '../../rows/row-cache.js';
import { overwriting, upsertRows } from '../../rows/upsert-rows.js';
import type { Write } from '../../rows/write.js';

interface Key {
  kind: 'all' | 'project' | 'status' | 'agent';
  value: string;
}

interface Total extends Key {
  total: number;
}

interface Count extends Total {
  from: number;
}

const KEY: readonly Column<Key>[] = [text('kind', ({ kind }) => kind), text('value', ({ value }) => value)];
const TOTAL: Column<Total> = bigint('total', ({ total }) => total);
const COUNT_COLUMNS: readonly Column<Count>[] = [...KEY, bigint('valid_from', ({ from }) => from), TOTAL];
const TOTAL_COLUMNS: readonly Column<Total>[] = [...KEY, TOTAL];
const OVERWRITE = overwriting('kind, value', ['total']);

const CACHED_COUNTS = 20_000;
const keyOf = ({ kind, value }: Key) => `${kind}\0${value}`;

export class TaskCounts {
  readonly #totals = new RowCache<number>({ capacity: CACHED_COUNTS });

  /** @param tables of the totals as they are, and of their history */
  constructor(private readonly tables: { totals: string; counts: string }) {}

  /** @param isLate the changes take effect at one position, so that the last count of a key holds */
  async fold(loader: Loader, steps: readonly CountStep[], isLate: boolean): Promise<Write[]> {
    await this.#load(loader, steps);
    const latest = new Map<string, Count>();
    const counts = steps.map(({ kind, value, from, by }) => {
      const key = keyOf({ kind, value });
      const count = { kind, value, from, total: (this.#totals.get(key) ?? 0) + by };
      this.#totals.set(key, count.total);
      latest.set(key, count);
      return count;
    });
    this.#totals.trim();
    return [
      upsertRows(this.tables.totals, TOTAL_COLUMNS, [...latest.values()], OVERWRITE),
      copyRows(this.tables.counts, COUNT_COLUMNS, isLate ? [...latest.values()] : counts),
    ];
  }

  async #load(loader: Loader, steps: readonly Key[]): Promise<void> {
    const unknown = new Map<string, Key>();
    for (const step of steps) {
      if (this.#totals.get(keyOf(step)) === undefined) unknown.set(keyOf(step), step);
    }
    if (unknown.size === 0) return;
    for (const row of await loadTotals(loader, this.tables.totals, [...unknown.values()])) {
      this.#totals.set(keyOf(row), row.total);
    }
  }
}

/** A task that comes to a count, or leaves it. */
export interface CountStep extends Key {
  from: number;
  by: 1 | -1;
}

/** Adds what an event does to counts, from `at` on: nothing where its task's span goes on. */
export function addCountSteps(steps: CountStep[], before: Task | undefined, after: Task, at: number): void {
  const add = (kind: Key['kind'], value: string, by: 1 | -1) => steps.push({ kind, value, from: at, by });
  if (before === undefined) {
    add('all', '', 1);
    add('project', after.project, 1);
  }
  for (const kind of ['status', 'agent'] as const) {
    if (before?.[kind] === after[kind]) continue;
    if (before !== undefined) add(kind, before[kind], -1);
    add(kind, after[kind], 1);
  }
}

async function loadTotals(loader: Loader, table: string, keys: readonly Key[]): Promise<Total[]> {
  const { rows } = await loader.query<Total>({
    name: `load-${table}`,
    text: `
      SELECT kind, value, total
      FROM unnest($1::text[], $2::text[]) AS k (kind, value)
      JOIN ${table} USING (kind, value)`,
    values: [textArray(keys.map(({ kind }) => kind)), textArray(keys.map(({ value }) => value))],
  });
  return rows;
}
