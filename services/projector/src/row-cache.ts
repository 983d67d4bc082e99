/** Rows that the projector wrote or read lately, by key, so that busy ones are not read every batch. */
export class RowCache<Row> {
  readonly #rows = new Map<string, Row>();

  /** @param capacity rows kept at most; the ones used longest ago go first */
  constructor(private readonly capacity: number) {}

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  set(key: string, row: Row): void {
    this.#rows.delete(key);
    this.#rows.set(key, row);
  }

  /** Called between batches only: within one, every row that it touches is needed. */
  trim(): void {
    const excess = this.#rows.size - this.capacity;
    if (excess <= 0) return;
    let dropped = 0;
    for (const key of this.#rows.keys()) {
      if (dropped++ === excess) break;
      this.#rows.delete(key);
    }
  }
}

/** NUL separates: no stored text contains it. */
export function taskKey(task: { project: string; task_id: string }): string {
  return `${task.project}\0${task.task_id}`;
}

/** The distinct tasks of a batch that `cache` does not know. */
export function unknownTasks<Task extends { project: string; task_id: string }>(
  cache: RowCache<unknown>,
  events: readonly Task[],
): Task[] {
  const unknown = new Map<string, Task>();
  for (const event of events) {
    const key = taskKey(event);
    if (cache.get(key) === undefined) unknown.set(key, event);
  }
  return [...unknown.values()];
}
