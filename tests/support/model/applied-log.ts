/** Which events of a log a projection applies, and where they take effect, when it cannot apply some of them. */
import type { LogEvent } from '@att/platform/event-log';

/** A task that stands still. */
export interface ModelLetter {
  project: string;
  task_id: string;
  /** The event that could not be applied, and those behind it. */
  queue: LogEvent[];
  attempts: number;
}

export class AppliedLog {
  readonly letters = new Map<string, ModelLetter>();
  /** In the order in which they were applied. */
  readonly #applied: { event: LogEvent; at: number }[] = [];

  /** What was applied up to a position, in that order. */
  until(position: number): LogEvent[] {
    return this.#applied.filter(({ at }) => at <= position).map(({ event }) => event);
  }

  take(event: LogEvent, isPoison: (event: LogEvent) => boolean): void {
    const key = keyOf(event);
    const letter = key === undefined ? undefined : this.letters.get(key);
    if (letter !== undefined) letter.queue.push(event);
    else if (key !== undefined && isPoison(event)) {
      const { project, task_id } = event as LogEvent & { project: string; task_id: string };
      this.letters.set(key, { project, task_id, queue: [event], attempts: 1 });
    } else this.#applied.push({ event, at: event.position });
  }

  letterOf(task: { project: string; task_id: string }): ModelLetter | undefined {
    return this.letters.get(keyOf(task) as string);
  }

  /** @param at position of the act */
  settle(
    verb: 'retry' | 'skip',
    task: { project: string; task_id: string },
    at: number,
    isPoison: (event: LogEvent) => boolean,
  ): void {
    const letter = this.letterOf(task);
    if (letter === undefined) throw new Error('the act names no letter');
    const queue = verb === 'skip' ? letter.queue.slice(1) : letter.queue;
    const failing = queue.findIndex(isPoison);
    const applied = failing < 0 ? queue : queue.slice(0, failing);
    for (const event of applied) this.#applied.push({ event, at });
    if (failing < 0) this.letters.delete(keyOf(letter) as string);
    else Object.assign(letter, { queue: queue.slice(failing), attempts: letter.attempts + 1 });
  }
}

function keyOf({ project, task_id }: { project: string | null; task_id: string | null }): string | undefined {
  return project === null || task_id === null ? undefined : `${project}\0${task_id}`;
}
