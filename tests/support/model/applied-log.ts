/** Model of a projection that cannot apply some events: which events it applies, and where they take effect. */
import type { LogEvent } from '@att/platform/event-log';

/** Dead letter: a task that is blocked. */
export interface ModelDeadLetter {
  project: string;
  task_id: string;
  /** Event that could not be applied, and those queued behind it. */
  queue: LogEvent[];
  attempts: number;
}

export class AppliedLog {
  readonly deadLetters = new Map<string, ModelDeadLetter>();
  /** Events in the order in which they were applied. */
  readonly #applied: { event: LogEvent; at: number }[] = [];

  /** Events that were applied up to a position, in that order. */
  until(position: number): LogEvent[] {
    return this.#applied.filter(({ at }) => at <= position).map(({ event }) => event);
  }

  take(event: LogEvent, isPoison: (event: LogEvent) => boolean): void {
    const key = keyOf(event);
    const deadLetter = key === undefined ? undefined : this.deadLetters.get(key);
    if (deadLetter !== undefined) deadLetter.queue.push(event);
    else if (key !== undefined && isPoison(event)) {
      const { project, task_id } = event as LogEvent & { project: string; task_id: string };
      this.deadLetters.set(key, { project, task_id, queue: [event], attempts: 1 });
    } else this.#applied.push({ event, at: event.position });
  }

  deadLetterOf(task: { project: string; task_id: string }): ModelDeadLetter | undefined {
    return this.deadLetters.get(keyOf(task) as string);
  }

  /** @param at position of the retry or skip */
  resolve(
    verb: 'retry' | 'skip',
    task: { project: string; task_id: string },
    at: number,
    isPoison: (event: LogEvent) => boolean,
  ): void {
    const deadLetter = this.deadLetterOf(task);
    if (deadLetter === undefined) throw new Error('there is no such dead letter');
    const queue = verb === 'skip' ? deadLetter.queue.slice(1) : deadLetter.queue;
    const failing = queue.findIndex(isPoison);
    const applied = failing < 0 ? queue : queue.slice(0, failing);
    for (const event of applied) this.#applied.push({ event, at });
    if (failing < 0) this.deadLetters.delete(keyOf(deadLetter) as string);
    else Object.assign(deadLetter, { queue: queue.slice(failing), attempts: deadLetter.attempts + 1 });
  }
}

function keyOf({ project, task_id }: { project: string | null; task_id: string | null }): string | undefined {
  return project === null || task_id === null ? undefined : `${project}\0${task_id}`;
}
