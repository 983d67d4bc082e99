/**
 * Tasks of each chunk of the log by their latest reports. A list by latest report goes back through the log: where few tasks report
 * often, it would go through all their reports. With these rows it goes through each task once a chunk, and through longer chunks
 * the further back it gets.
 */
import { LATEST_LEVELS } from '@att/platform/projections';
import { bigint, bigints, copyColumns } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import type { Loader } from '../../rows/loader.js';
import type { Write } from '../../rows/write.js';

/** Tasks of a row: PostgreSQL would move arrays out of larger ones than 2 KiB. */
const TASKS_OF_ROW = 64;

const [SHORTEST] = LATEST_LEVELS as [(typeof LATEST_LEVELS)[number]];

interface LatestRow {
  level: number;
  ids: number[];
  positions: number[];
}

const COLUMNS = copyColumns<'task_latest', LatestRow>({
  level: bigint(({ level }) => level),
  oldest: bigint(({ positions }) => positions.at(-1) as number),
  ids: bigints(({ ids }) => ids),
  positions: bigints(({ positions }) => positions),
});

export class TaskLatest {
  /** Tasks of chunks that are not written yet, by chunk, oldest report first. */
  readonly #open = new Map<number, Map<number, number>>();
  #isLoaded: boolean;
  #position: number;

  /** @param position checkpoint after which it goes on */
  constructor(
    private readonly tables: { latest: string; versions: string },
    position: number,
  ) {
    this.#position = position;
    this.#isLoaded = position % SHORTEST.size === 0;
  }

  /** Loads what the open chunk has already; `add` comes after it. */
  async load(loader: Loader): Promise<void> {
    if (this.#isLoaded) return;
    for (const { id, valid_from } of await loadLatest(loader, this.tables.versions, this.#position))
      this.add(id, valid_from);
    this.#isLoaded = true;
  }

  /** @param at where the report takes effect */
  add(id: number, at: number): void {
    const number = SHORTEST.of(at);
    let chunk = this.#open.get(number);
    if (chunk === undefined) {
      chunk = new Map();
      this.#open.set(number, chunk);
    }
    // A Map keeps the order of insertion: the task goes to its end.
    chunk.delete(id);
    chunk.set(id, at);
  }

  /** Writes the chunks that have become whole, of all levels. @param position the checkpoint after the batch */
  writeWhole(position: number): Write[] {
    const before = this.#position;
    this.#position = position;
    const writes = [copyRows(this.tables.latest, COLUMNS, this.#takeWhole(SHORTEST.wholeAt(position)))];
    for (const [level, chunks] of LATEST_LEVELS.entries()) {
      if (level === 0) continue;
      for (let chunk = chunks.wholeAt(before); chunk < chunks.wholeAt(position); chunk++)
        writes.push(sumLevel(this.tables.latest, level, chunk));
    }
    return writes;
  }

  #takeWhole(open: number): LatestRow[] {
    const rows: LatestRow[] = [];
    for (const [number, chunk] of this.#open) {
      if (number >= open) continue;
      const newestFirst = [...chunk].reverse();
      for (let first = 0; first < newestFirst.length; first += TASKS_OF_ROW) {
        const part = newestFirst.slice(first, first + TASKS_OF_ROW);
        rows.push({ level: 0, ids: part.map(([id]) => id), positions: part.map(([, at]) => at) });
      }
      this.#open.delete(number);
    }
    return rows;
  }
}

/** Sums up a chunk from the shorter chunks in it: in PostgreSQL, as it may have more tasks than memory should hold. */
function sumLevel(table: string, level: number, chunk: number): Write {
  const { sqlFirstOf, sqlLastOf } = LATEST_LEVELS[level] as (typeof LATEST_LEVELS)[number];
  return () => ({
    text: `
      INSERT INTO ${table} (level, oldest, ids, positions)
      SELECT $1::bigint, min(position), array_agg(id ORDER BY position DESC), array_agg(position ORDER BY position DESC)
      FROM (
        SELECT id, position, (row_number() OVER (ORDER BY position DESC) - 1) / ${TASKS_OF_ROW} AS part
        FROM (
          SELECT u.id, max(u.position) AS position
          FROM ${table} l
          CROSS JOIN LATERAL unnest(l.ids, l.positions) AS u (id, position)
          WHERE l.level = $1::bigint - 1 AND l.oldest BETWEEN ${sqlFirstOf('$2::bigint')} AND ${sqlLastOf('$2::bigint')}
          GROUP BY u.id
        ) newest
      ) parts
      GROUP BY part`,
    values: [level, chunk],
  });
}

interface Loaded {
  id: number;
  valid_from: number;
}

/** Positions at which the tasks of the open chunk were reported on last. */
async function loadLatest(loader: Loader, versions: string, position: number): Promise<Loaded[]> {
  const { rows } = await loader.query<Loaded>({
    name: `load-latest-${versions}`,
    text: `
      SELECT id, max(valid_from) AS valid_from FROM ${versions}
      WHERE valid_from > ${SHORTEST.sqlWholeUpTo('$1::bigint')} AND valid_from <= $1
      GROUP BY id ORDER BY max(valid_from)`,
    values: [position],
  });
  return rows;
}
