import { KeyFilter } from './key-filter.js';

/** Rows that weigh less are only counted. */
const HEAVY = 4 * 1024;

export interface RowCacheOptions<Row> {
  /** Rows kept at most. */
  capacity: number;
  /** Bytes of heavy rows kept at most; 64 MiB by default. */
  maxBytes?: number;
  /** Bytes that a row takes, roughly; without it every row is light. */
  weigh?: (row: Row) => number;
  /** Whether the table is still empty, so that what is not set here is not in it either: see `isToLoad`. */
  isTableEmpty?: boolean;
}

interface Entry<Row> {
  row: Row;
  /** The batch that set it last. */
  batch: number;
}

/** Rows that the projector wrote or read lately, by key, so that busy ones are not read every batch. */
export class RowCache<Row> {
  /** Rows in the order of the batches that set them. */
  readonly #entries = new Map<string, Entry<Row>>();
  #batch = 0;
  /** Keys that this batch set; kept where rows are weighed. */
  #fresh: string[] = [];
  /** Bytes of the heavy ones, in the order of the batches that set them: light rows cost nothing here. */
  readonly #heavy = new Map<string, number>();
  readonly #capacity: number;
  readonly #maxBytes: number;
  readonly #weigh: ((row: Row) => number) | undefined;
  #bytes = 0;
  /** Whether all rows of the table were set here. */
  #isWhole: boolean;
  /** Keys of rows that were let go. */
  #letGo: KeyFilter | undefined;

  /** The rows that were set longest ago go first; to get one does not keep it. */
  constructor({ capacity, maxBytes = 64 * 1024 * 1024, weigh, isTableEmpty = false }: RowCacheOptions<Row>) {
    this.#capacity = capacity;
    this.#maxBytes = maxBytes;
    this.#weigh = weigh;
    this.#isWhole = isTableEmpty;
  }

  get(key: string): Row | undefined {
    return this.#entries.get(key)?.row;
  }

  /**
   * Whether the row is not here, and the table may have it. In a table filled from its beginning most rows that are not here
   * are new: to look for each was 3 % of the time of a build.
   */
  isToLoad(key: string): boolean {
    if (this.#entries.has(key)) return false;
    return !this.#isWhole || (this.#letGo?.mayHave(key) ?? false);
  }

  /** The table has rows now that were not set here. */
  passedOver(): void {
    this.#isWhole = false;
    this.#letGo = undefined;
  }

  set(key: string, row: Row): void {
    this.#put(key, row, this.#entries.get(key));
  }

  /** Rows by key as a batch has left them: those that it has changed are set. */
  setChanged(keys: readonly { key: string }[], rows: readonly (Row | undefined)[]): void {
    for (let index = 0; index < keys.length; index++) {
      const { key } = keys[index] as { key: string };
      const row = rows[index];
      const entry = this.#entries.get(key);
      if (row !== undefined && row !== entry?.row) this.#put(key, row, entry);
    }
  }

  #put(key: string, row: Row, entry: Entry<Row> | undefined): void {
    if (entry?.batch === this.#batch) {
      entry.row = row;
      return;
    }
    // Deleted first, so that the row goes to the end.
    if (entry !== undefined) this.#entries.delete(key);
    this.#entries.set(key, { row, batch: this.#batch });
    if (this.#weigh !== undefined) this.#fresh.push(key);
  }

  /**
   * Called once for each batch that is folded. Rows that it set stay until the next two are: they are still on their
   * way to the database (`BatchPipeline`), where they could not be found again.
   */
  trim(): void {
    this.#weighFresh();
    for (const key of this.#heavy.keys()) {
      if (this.#bytes <= this.#maxBytes || this.#isOnItsWay(this.#entries.get(key) as Entry<Row>)) break;
      this.#delete(key);
    }
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#capacity || this.#isOnItsWay(entry)) break;
      this.#delete(key);
    }
    this.#batch += 1;
  }

  /** Set by this batch, or by the one before. */
  #isOnItsWay({ batch }: Entry<Row>): boolean {
    return batch >= this.#batch - 1;
  }

  /** Once a batch: a busy task is set many times in one. */
  #weighFresh(): void {
    if (this.#weigh === undefined) return;
    for (const key of this.#fresh) {
      this.#forgetWeight(key);
      const bytes = this.#weigh(this.get(key) as Row);
      if (bytes < HEAVY) continue;
      this.#heavy.set(key, bytes);
      this.#bytes += bytes;
    }
    this.#fresh = [];
  }

  #delete(key: string): void {
    this.#entries.delete(key);
    if (this.#isWhole) {
      this.#letGo ??= new KeyFilter();
      this.#letGo.add(key);
    }
    this.#forgetWeight(key);
  }

  #forgetWeight(key: string): void {
    if (this.#heavy.size === 0) return;
    this.#bytes -= this.#heavy.get(key) ?? 0;
    this.#heavy.delete(key);
  }
}

/** Key of a task, in every cache and set of tasks. NUL separates: no stored text contains it. */
export function taskKey(task: { project: string; task_id: string }): string {
  return `${task.project}\0${task.task_id}`;
}
