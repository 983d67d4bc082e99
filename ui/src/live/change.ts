/** Change: a frame with its effect on its task, as far as this client can know it. */
import {
  type EventFrame,
  eventOfFrame,
  evolve,
  isActive,
  isLate,
  type TaskEvent,
  type TaskEventType,
  type TaskState,
} from '@att/contracts';

/** Memory of a task, whether or not a list has it. */
export interface KnownTask {
  status: string;
  ended: boolean;
  /** False when the last frame may not have applied: a status after an unknown end, or a late report. */
  sure: boolean;
  /** True when the last frame was a late report with an unknown effect. */
  late: boolean;
  /** Times that decide whether a late report applies; undefined while the task is known from frames alone. */
  times: TaskTimes | undefined;
}

export type TaskTimes = Pick<TaskState, 'started_at' | 'finished_at' | 'attempt'>;

export interface Change {
  position: number;
  /** Key of the task among all projects. */
  key: string;
  event: TaskEvent;
  /** Names of the payload's fields that the frame has only a part of. */
  truncated: readonly string[];
  /** Undefined for the first frame of a task that is not known: it may be new, or old. */
  before: KnownTask | undefined;
  after: KnownTask;
}

/** Key of a task. JSON keeps a pair of names apart from every other pair, whatever characters they have. */
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

/** Whether the status of a task follows from its latest event alone. It does not where the event changes nothing after an end. */
const DECIDES_STATUS: Readonly<Record<TaskEventType, boolean>> = {
  'task.started': true,
  'task.progressed': false,
  'task.finished': true,
  'task.failed': true,
};

export function decidesStatus({ type }: TaskEvent): boolean {
  return DECIDES_STATUS[type];
}

/** Applies `evolve` to the fields that the status follows from; the other fields are made up. */
function knownAfter(before: KnownTask | undefined, event: TaskEvent): KnownTask {
  const late = isLate(event);
  const alone = evolve(undefined, event);
  if (before?.sure !== true || (late && before.times === undefined)) {
    const sure = !late && decidesStatus(event);
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
