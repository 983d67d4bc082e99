/** Tasks that are blocked in a generation: each has a dead letter, and its later events wait behind that. */
import type { LogEvent } from '@att/platform/event-log';
import type { Pool } from 'pg';
import { isOfTask, type TaskName } from '../fold/task-name.js';
import type { Loader } from '../rows/loader.js';
import { taskKey } from '../rows/row-cache.js';
import { findBlocked } from './find-blocked.js';
import { readBlocked } from './read-blocked.js';

/** Tasks kept in memory; where more are blocked, each batch looks up its own. */
const KEPT = 5_000;

/** Mirror of the generation's dead letters: code that inserts or deletes one calls `add` or `delete`. */
export class BlockedTasks {
  /** Undefined where they are too many to keep. */
  #keys: Set<string> | undefined;

  private constructor(
    private readonly generation: number,
    tasks: readonly TaskName[],
  ) {
    this.#keys = tasks.length > KEPT ? undefined : new Set(tasks.map(taskKey));
  }

  static async read(pool: Pool, generation: number): Promise<BlockedTasks> {
    return new BlockedTasks(generation, await readBlocked(pool, generation, KEPT + 1));
  }

  get isEmpty(): boolean {
    return this.#keys?.size === 0;
  }

  add(task: TaskName): void {
    this.#keys?.add(taskKey(task));
    if (this.#keys !== undefined && this.#keys.size > KEPT) this.#keys = undefined;
  }

  delete(task: TaskName): void {
    this.#keys?.delete(taskKey(task));
  }

  /** Keys of blocked tasks: at least of those that the events belong to. */
  async among(loader: Loader, events: readonly LogEvent[]): Promise<ReadonlySet<string>> {
    if (this.#keys !== undefined) return this.#keys;
    const tasks = new Map(events.flatMap((event) => (isOfTask(event) ? [[taskKey(event), event]] : [])));
    const found = await findBlocked(loader, this.generation, [...tasks.values()]);
    return new Set(found.map(taskKey));
  }
}
