/** Status of the tasks with the latest events, so that counts can be patched for tasks that no list has. */
import type { EventFrame, TaskSummary } from '@att/contracts';
import { type Change, changeOf, type KnownTask, knownTaskOf, taskKey } from './change';

/** Tasks in memory, about 2 MB. A task that falls out costs one read at its next event. */
const CAPACITY = 10_000;
/** Most answers that wait for the frames up to their position. */
const MAX_WAITING = 20;

export type TaskStatus = Pick<
  TaskSummary,
  'project' | 'task_id' | 'status' | 'started_at' | 'finished_at' | 'attempt'
>;

export interface KnownTasks {
  /** Makes the change of the next frame. Frames have to come in the order of their positions. */
  change(frame: EventFrame): Change;
  /**
   * Learns from an answer that is true at `position`. An answer ahead of the frames waits until they get there: learned at
   * once, it would hide the effect of the frames in between.
   */
  learn(tasks: readonly TaskStatus[], position: number): void;
  clear(): void;
}

export function makeKnownTasks(capacity = CAPACITY): KnownTasks {
  // A Map iterates in the order of insertion, so its first key is the task with the oldest event.
  const known = new Map<string, KnownTask>();
  let waiting: { tasks: readonly TaskStatus[]; position: number }[] = [];
  let head = 0;

  function remember(key: string, task: KnownTask): void {
    known.delete(key);
    known.set(key, task);
    if (known.size <= capacity) return;
    for (const oldest of known.keys()) {
      known.delete(oldest);
      return;
    }
  }

  function learnWaiting(): void {
    const due = waiting.filter((answer) => answer.position <= head);
    if (due.length === 0) return;
    waiting = waiting.filter((answer) => answer.position > head);
    for (const { tasks } of due) for (const task of tasks) remember(taskKey(task), knownTaskOf(task));
  }

  return {
    change(frame) {
      // All frames before this one have been taken.
      head = frame.position - 1;
      if (waiting.length > 0) learnWaiting();
      const change = changeOf(frame, known.get(taskKey(frame.data)));
      remember(change.key, change.after);
      head = frame.position;
      return change;
    },
    learn(tasks, position) {
      waiting = [...waiting, { tasks, position }].slice(-MAX_WAITING);
      learnWaiting();
    },
    clear() {
      known.clear();
      waiting = [];
      head = 0;
    },
  };
}
