/** Memberships: projects in which an agent has tasks, and position ranges in which it had. */

import { int8Array, textArray } from '@att/platform/postgres';
import { OPEN_END } from '@att/platform/projections';
import { bigint, tableColumns, text } from '../../rows/column.js';
import type { Loader } from '../../rows/loader.js';
import { RowCache } from '../../rows/row-cache.js';
import { overwriting, upsertRows } from '../../rows/upsert-rows.js';
import type { Write } from '../../rows/write.js';

interface Membership {
  id: number;
  project: string;
  from: number;
  to: number;
  /** Tasks of the project whose current agent it is. */
  tasks: number;
}

const COLUMNS = tableColumns<'agent_projects', Membership>({
  id: bigint((row) => row.id),
  project: text((row) => row.project),
  valid_from: bigint((row) => row.from),
  valid_to: bigint((row) => row.to),
  tasks: bigint((row) => row.tasks),
});

const OVERWRITE = overwriting('id, project, valid_from', ['valid_to', 'tasks']);

const CACHED_MEMBERSHIPS = 20_000;

export interface MembershipStep {
  id: number;
  project: string;
  position: number;
  by: 1 | -1;
}

export class AgentProjects {
  /** Open memberships. One that has ended stays with no tasks, so that it is not looked for again. */
  readonly #cache: RowCache<Membership>;

  /** @param position checkpoint after which the generation goes on */
  constructor(
    private readonly table: string,
    position: number,
  ) {
    this.#cache = new RowCache({ capacity: CACHED_MEMBERSHIPS, isTableEmpty: position === 0 });
  }

  async fold(loader: Loader, steps: readonly MembershipStep[]): Promise<Write> {
    await this.#load(loader, steps);
    const changed = new Set<Membership>();
    for (const step of steps) for (const membership of this.#take(step)) changed.add(membership);
    this.#cache.trim();
    // Copies, as the next batch is folded before this one is written.
    const rows = [...changed].map((membership) => ({ ...membership }));
    return upsertRows(this.table, COLUMNS, rows, OVERWRITE);
  }

  /** @returns what the step changed */
  #take(step: MembershipStep): Membership[] {
    const open = this.#cache.get(keyOf(step));
    if (open?.to === step.position) {
      // Late events leave and come back at one position.
      open.to = OPEN_END;
      open.tasks = 1;
      return [open];
    }
    if (open === undefined || open.to !== OPEN_END) {
      const { id, project, position } = step;
      const begun = { id, project, from: position, to: OPEN_END, tasks: 1 };
      this.#cache.set(keyOf(step), begun);
      return [begun];
    }
    this.#cache.set(keyOf(step), open);
    open.tasks += step.by;
    if (open.tasks === 0) open.to = step.position;
    return [open];
  }

  async #load(loader: Loader, steps: readonly MembershipStep[]): Promise<void> {
    const unknown = new Map<string, MembershipStep>();
    for (const step of steps) {
      if (this.#cache.isToLoad(keyOf(step))) unknown.set(keyOf(step), step);
    }
    if (unknown.size === 0) return;
    for (const row of await loadMemberships(loader, this.table, [...unknown.values()])) {
      this.#cache.set(keyOf(row), row);
    }
  }
}

const keyOf = ({ id, project }: { id: number; project: string }) => `${id}\0${project}`;

async function loadMemberships(
  loader: Loader,
  table: string,
  keys: readonly { id: number; project: string }[],
): Promise<Membership[]> {
  const { rows } = await loader.query<Membership>({
    name: `load-${table}`,
    text: `
      SELECT t.id, t.project, t.valid_from AS from, t.valid_to AS to, t.tasks
      FROM unnest($1::bigint[], $2::text[]) AS k (id, project)
      CROSS JOIN LATERAL (
        SELECT * FROM ${table} WHERE id = k.id AND project = k.project ORDER BY valid_from DESC LIMIT 1
      ) t
      WHERE t.valid_to = ${OPEN_END}`,
    values: [int8Array(keys.map(({ id }) => id)), textArray(keys.map(({ project }) => project))],
  });
  return rows;
}
