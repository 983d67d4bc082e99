/** A frame with what it did to its task, as far as this client can know. */
import {
  type EventFrame,
  eventOfFrame,
  evolve,
  isActive,
  type TaskEvent,
  type TaskState,
} from '@att/contracts';

/** What is remembered of a task that no list need hold. */
export interface Known {
  status: string;
  ended: boolean;
  /** False when the task may have ended before, with another status, and the frame came too late to apply. */
  sure: boolean;
}

export interface Change {
  position: number;
  /** Names the task among all projects. */
  key: string;
  event: TaskEvent;
  /** Fields of the event's payload that the frame holds only in part. */
  truncated: readonly string[];
  /** Undefined when this is the first that is heard of the task: it may be new, or old. */
  before: Known | undefined;
  after: Known;
}

/** JSON keeps a pair of names apart from every other pair, whatever characters they have. */
export function taskKey(task: { project: string; task_id: string }): string {
  return JSON.stringify([task.project, task.task_id]);
}

export function knownOf(task: { status: string; finished_at: string | null }): Known {
  return { status: task.status, ended: !isActive(task), sure: true };
}

export function changeOf(frame: EventFrame, before: Known | undefined): Change {
  const event = eventOfFrame(frame);
  return {
    position: frame.position,
    key: taskKey(event),
    event,
    truncated: frame.data.truncated ?? [],
    before,
    after: knownAfter(before, event),
  };
}

/**
 * `evolve` on as little of the task as its status follows from: all else of it is made up. Only a status report can fail to
 * apply, so every other event leaves no doubt.
 */
function knownAfter(before: Known | undefined, event: TaskEvent): Known {
  const stub: TaskState | undefined =
    before?.sure === true
      ? { ...evolve(undefined, event), status: before.status, finished_at: endOf(before, event) }
      : undefined;
  const { status, ended } = knownOf(evolve(stub, event));
  return { status, ended, sure: before?.sure === true || event.type !== 'task.progressed' };
}

function endOf(known: Known, event: TaskEvent): string | null {
  return known.ended ? event.recorded_at : null;
}
