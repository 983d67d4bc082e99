/** Key and partition of each task's messages, remembered for the tasks that report now. */
import type { LogEvent } from '@att/platform/event-log';
import { messageKey, OPERATORS_PARTITION, partitionOf } from '@att/platform/event-topic';

export interface TaskPlace {
  key: string | undefined;
  partition: number;
}

/** Tasks to remember; to work a place out again takes a microsecond. */
const MAX_TASKS = 10_000;

const OPERATORS: TaskPlace = { key: undefined, partition: OPERATORS_PARTITION };

export class TaskPlaces {
  readonly #places = new Map<string, TaskPlace>();

  constructor(private readonly partitions: number) {}

  of(event: Pick<LogEvent, 'project' | 'task_id'>): TaskPlace {
    if (event.project === null || event.task_id === null) return OPERATORS;
    // No text of PostgreSQL has a NUL.
    const name = `${event.project}\u0000${event.task_id}`;
    let place = this.#places.get(name);
    if (place === undefined) {
      const key = messageKey(event);
      place = { key, partition: partitionOf(key, this.partitions) };
      if (this.#places.size >= MAX_TASKS) this.#places.clear();
      this.#places.set(name, place);
    }
    return place;
  }
}
