/** Rows that weigh less are only counted. */
const HEAVY = 4 * 1024;

export interface RowCacheOptions<Row> {
  /** Rows kept at most. */
  capacity: number;
  /** Bytes of heavy rows kept at most; 64 MiB by default. */
  maxBytes?: number;
  /** About how many bytes a row takes; without it every row is light. */
  weigh?: (row: Row) => number;
}

/** Rows that the projector wrote or read lately, by key, so that busy ones are not read every batch. */
export class RowCache<Row> {
  /** In the order of their setting, but that within one batch it does not matter. */
  readonly #rows = new Map<string, Row>();
  /** Set since the last trim, and so behind all others. */
  #fresh = new Set<string>();
  /** Set by the batch before, and so behind all but those. */
  #settling = new Set<string>();
  /** Bytes of the heavy ones, in the order of the batches that set them: light rows cost nothing here. */
  readonly #heavy = new Map<string, number>();
  readonly #capacity: number;
  readonly #maxBytes: number;
  readonly #weigh: ((row: Row) => number) | undefined;
  #bytes = 0;

  /** The rows that were set longest ago go first; to get one does not keep it. */
  constructor({ capacity, maxBytes = 64 * 1024 * 1024, weigh }: RowCacheOptions<Row>) {
    this.#capacity = capacity;
    this.#maxBytes = maxBytes;
    this.#weigh = weigh;
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  set(key: string, row: Row): void {
    if (!this.#fresh.has(key)) {
      this.#fresh.add(key);
      this.#rows.delete(key);
    }
    this.#rows.set(key, row);
  }

  /**
   * Called once for each batch that is folded. Rows that it set stay until the next two are: they are still on their
   * way to the database (`BatchLine`), where they could not be found again.
   */
  trim(): void {
    this.#weighFresh();
    for (const key of this.#heavy.keys()) {
      if (this.#bytes <= this.#maxBytes || this.#isOnItsWay(key)) break;
      this.#delete(key);
    }
    for (const key of this.#rows.keys()) {
      if (this.#rows.size <= this.#capacity || this.#isOnItsWay(key)) break;
      this.#delete(key);
    }
    this.#settling = this.#fresh;
    this.#fresh = new Set();
  }

  #isOnItsWay(key: string): boolean {
    return this.#fresh.has(key) || this.#settling.has(key);
  }

  /** Once a batch: a busy task is set many times in one. */
  #weighFresh(): void {
    if (this.#weigh === undefined) return;
    for (const key of this.#fresh) {
      this.#forgetWeight(key);
      const bytes = this.#weigh(this.#rows.get(key) as Row);
      if (bytes < HEAVY) continue;
      this.#heavy.set(key, bytes);
      this.#bytes += bytes;
    }
  }

  #delete(key: string): void {
    this.#rows.delete(key);
    this.#forgetWeight(key);
  }

  #forgetWeight(key: string): void {
    if (this.#heavy.size === 0) return;
    this.#bytes -= this.#heavy.get(key) ?? 0;
    this.#heavy.delete(key);
  }
}

/** NUL separates: no stored text contains it. */
export function taskKey(task: { project: string; task_id: string }): string {
  return `${task.project}\0${task.task_id}`;
}

/** The distinct tasks of a batch that `cache` does not know. @param keys of the events, in their order */
export function unknownTasks<Task>(
  cache: { get(key: string): unknown },
  events: readonly Task[],
  keys: readonly string[],
): Task[] {
  const unknown = new Map<string, Task>();
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] as string;
    if (cache.get(key) === undefined) unknown.set(key, events[index] as Task);
  }
  return [...unknown.values()];
}
