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
  readonly #rows = new Map<string, Row>();
  /** Bytes of the heavy ones, in the order of their setting: light rows cost nothing here. */
  readonly #heavy = new Map<string, number>();
  readonly #capacity: number;
  readonly #maxBytes: number;
  readonly #weigh: ((row: Row) => number) | undefined;
  #bytes = 0;
  /** Set since the last trim, and so behind all others in the order of their setting. */
  readonly #fresh = new Set<string>();

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
    this.#fresh.add(key);
    this.#delete(key);
    this.#rows.set(key, row);
    const bytes = this.#weigh?.(row) ?? 0;
    if (bytes < HEAVY) return;
    this.#heavy.set(key, bytes);
    this.#bytes += bytes;
  }

  /**
   * Called when a batch is folded. Rows that it set stay until the next one is: they are still on their
   * way to the database, where they could not be found again.
   */
  trim(): void {
    for (const key of this.#heavy.keys()) {
      if (this.#bytes <= this.#maxBytes || this.#fresh.has(key)) break;
      this.#delete(key);
    }
    for (const key of this.#rows.keys()) {
      if (this.#rows.size <= this.#capacity || this.#fresh.has(key)) break;
      this.#delete(key);
    }
    this.#fresh.clear();
  }

  #delete(key: string): void {
    this.#rows.delete(key);
    if (this.#heavy.size === 0) return;
    this.#bytes -= this.#heavy.get(key) ?? 0;
    this.#heavy.delete(key);
  }
}

/** NUL separates: no stored text contains it. */
export function taskKey(task: { project: string; task_id: string }): string {
  return `${task.project}\0${task.task_id}`;
}

/** The distinct tasks of a batch that `cache` does not know. */
export function unknownTasks<Task extends { project: string; task_id: string }>(
  cache: { get(key: string): unknown },
  events: readonly Task[],
): Task[] {
  const unknown = new Map<string, Task>();
  for (const event of events) {
    const key = taskKey(event);
    if (cache.get(key) === undefined) unknown.set(key, event);
  }
  return [...unknown.values()];
}
