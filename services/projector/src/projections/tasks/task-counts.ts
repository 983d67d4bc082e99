/** Totals that lists are told with: of everything, and of each project, status and agent. */
import type { Task } from '@att/contracts';
import { textArray } from '@att/platform/postgres';
import type { ClientBase } from 'pg';
import { bigint, type Column, insertRows, text } from '../../insert-rows.js';
import { RowCache } from '../../row-cache.js';

interface Count {
  kind: 'all' | 'project' | 'status' | 'agent';
  value: string;
  from: number;
  total: number;
}

type Key = Pick<Count, 'kind' | 'value'>;

const COLUMNS: Column<Count>[] = [
  text('kind', ({ kind }) => kind),
  text('value', ({ value }) => value),
  bigint('valid_from', ({ from }) => from),
  bigint('total', ({ total }) => total),
];

const CACHED_COUNTS = 20_000;
const keyOf = ({ kind, value }: Key) => `${kind}\0${value}`;

export interface TaskChange {
  before: Task | undefined;
  after: Task;
}

export class TaskCounts {
  readonly #totals = new RowCache<number>({ capacity: CACHED_COUNTS });

  constructor(private readonly table: string) {}

  async write(client: ClientBase, changes: readonly TaskChange[]): Promise<void> {
    const steps = changes.flatMap(stepsOf);
    await this.#load(client, steps);
    const counts = steps.map(({ kind, value, from, by }) => {
      const total = (this.#totals.get(keyOf({ kind, value })) ?? 0) + by;
      this.#totals.set(keyOf({ kind, value }), total);
      return { kind, value, from, total };
    });
    await insertRows(client, this.table, COLUMNS, counts);
    this.#totals.trim();
  }

  async #load(client: ClientBase, steps: readonly Key[]): Promise<void> {
    const unknown = new Map<string, Key>();
    for (const step of steps) {
      if (this.#totals.get(keyOf(step)) === undefined) unknown.set(keyOf(step), step);
    }
    if (unknown.size === 0) return;
    const keys = [...unknown.values()];
    for (const row of await loadCounts(client, this.table, keys)) this.#totals.set(keyOf(row), row.total);
  }
}

interface Step extends Key {
  from: number;
  by: 1 | -1;
}

function stepsOf({ before, after }: TaskChange): Step[] {
  const from = after.position;
  const step = (kind: Count['kind'], value: string, by: 1 | -1): Step => ({ kind, value, from, by });
  const steps: Step[] = before === undefined ? [step('all', '', 1), step('project', after.project, 1)] : [];
  for (const kind of ['status', 'agent'] as const) {
    if (before?.[kind] === after[kind]) continue;
    if (before !== undefined) steps.push(step(kind, before[kind], -1));
    steps.push(step(kind, after[kind], 1));
  }
  return steps;
}

async function loadCounts(
  client: ClientBase,
  table: string,
  keys: readonly Key[],
): Promise<Pick<Count, 'kind' | 'value' | 'total'>[]> {
  const { rows } = await client.query<Pick<Count, 'kind' | 'value' | 'total'>>({
    name: `load-${table}`,
    text: `
      SELECT k.kind, k.value, c.total
      FROM unnest($1::text[], $2::text[]) AS k (kind, value)
      CROSS JOIN LATERAL (
        SELECT total FROM ${table} WHERE kind = k.kind AND value = k.value ORDER BY valid_from DESC LIMIT 1
      ) c`,
    values: [textArray(keys.map(({ kind }) => kind)), textArray(keys.map(({ value }) => value))],
  });
  return rows;
}
