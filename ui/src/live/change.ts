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
export interface Known {
  status: string;
  ended: boolean;
  /** False when a frame of a task that is not known may not have applied: a status after an end, or a late report. */
  sure: boolean;
  /** Whether the last frame was a late report of a task that is not known well enough to tell what it did. */
  late: boolean;
  /** Fields that late reports are judged by; undefined when frames alone have told of the task. */
  judged: JudgedTask | undefined;
}

export type JudgedTask = Pick<TaskState, 'started_at' | 'finished_at' | 'attempt'>;

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

export function knownOf(task: JudgedTask & Pick<TaskState, 'status'>): Known {
  return { status: task.status, ended: !isActive(task), sure: true, late: false, judged: judgedOf(task) };
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

/** `evolve` on as little of the task as its status follows from: all else of it is made up. */
function knownAfter(before: Known | undefined, event: TaskEvent): Known {
  const late = isLate(event);
  const alone = evolve(undefined, event);
  if (before?.sure !== true || (late && before.judged === undefined)) {
    const sure = !late && event.type !== 'task.progressed';
    return { status: alone.status, ended: !isActive(alone), sure, late, judged: undefined };
  }
  const judged = before.judged ?? {
    ...judgedOf(alone),
    finished_at: before.ended ? event.recorded_at : null,
  };
  const after = knownOf(evolve({ ...alone, status: before.status, ...judged }, event));
  return before.judged === undefined ? { ...after, judged: undefined } : after;
}

function judgedOf({ started_at, finished_at, attempt }: JudgedTask): JudgedTask {
  return { started_at, finished_at, attempt };
}
