/** A frame with what it did to its task, as far as this client can know. */
import {
  type EventFrame,
  eventOfFrame,
  evolve,
  isActive,
  isLate,
  type TaskEvent,
  type TaskState,
} from '@att/contracts';

/** What is remembered of a task that no list need hold. */
export interface KnownTask {
  status: string;
  ended: boolean;
  /** False when a frame of a task that is not known may not have applied: a status after an end, or a late report. */
  sure: boolean;
  /** Whether the last frame was a late report of a task that is not known well enough to tell what it did. */
  late: boolean;
  /** Fields that late reports are judged by; undefined when frames alone have told of the task. */
  times: TaskTimes | undefined;
}

export type TaskTimes = Pick<TaskState, 'started_at' | 'finished_at' | 'attempt'>;

export interface Change {
  position: number;
  /** Names the task among all projects. */
  key: string;
  event: TaskEvent;
  /** Fields of the event's payload that the frame holds only in part. */
  truncated: readonly string[];
  /** Undefined when this is the first that is heard of the task: it may be new, or old. */
  before: KnownTask | undefined;
  after: KnownTask;
}

/** JSON keeps a pair of names apart from every other pair, whatever characters they have. */
export function taskKey(task: { project: string; task_id: string }): string {
  return JSON.stringify([task.project, task.task_id]);
}

export function knownTaskOf(task: TaskTimes & Pick<TaskState, 'status'>): KnownTask {
  return { status: task.status, ended: !isActive(task), sure: true, late: false, times: timesOf(task) };
}

export function changeOf(frame: EventFrame, before: KnownTask | undefined): Change {
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

/** `evolve` on as little of the task as its status follows from: all else of it is made up. */
function knownAfter(before: KnownTask | undefined, event: TaskEvent): KnownTask {
  const late = isLate(event);
  const alone = evolve(undefined, event);
  if (before?.sure !== true || (late && before.times === undefined)) {
    const sure = !late && event.type !== 'task.progressed';
    return { status: alone.status, ended: !isActive(alone), sure, late, times: undefined };
  }
  const times = before.times ?? {
    ...timesOf(alone),
    finished_at: before.ended ? event.recorded_at : null,
  };
  const after = knownTaskOf(evolve({ ...alone, status: before.status, ...times }, event));
  return before.times === undefined ? { ...after, times: undefined } : after;
}

function timesOf({ started_at, finished_at, attempt }: TaskTimes): TaskTimes {
  return { started_at, finished_at, attempt };
}
