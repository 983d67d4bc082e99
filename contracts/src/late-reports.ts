/**
 * Late reports: a sender that was cut off delivers afterwards what happened before. Such a report must not undo what
 * happened after it, by the senders' clocks. It is late when it was recorded more than 5 s after it happened,
 * and is then judged by when it happened (h); all others are judged by the order of the log.
 *
 * | late report          | h                                                   | verdict                                  |
 * |----------------------|-----------------------------------------------------|------------------------------------------|
 * | start                | the start that the task has                         | ignored: it is the same one              |
 * | start                | before the end of an ended task                     | added                                    |
 * | start                | before the start of an active task, or it has none  | added                                    |
 * | finish, error, word  | before the start, from the second attempt on        | ignored: it ends an earlier attempt      |
 * | finish, error        | before the end                                      | ignored: the later end stays             |
 * | status without end   | before the start                                    | ignored                                  |
 *
 * A status of an ended task is ignored, late or not. Everything else is applied.
 *
 * The rule reads only what a task shows, so that it is a fold in the order of positions like all of `evolve`.
 */
import type { TaskEvent } from './events.js';
import type { TaskState } from './task.js';

/** `added`: it fills what the task has not got, and counts as an attempt; what is there stays. */
export type Verdict = 'applied' | 'added' | 'ignored';

type When = Pick<TaskEvent, 'occurred_at' | 'recorded_at'>;
type Judged = Pick<TaskState, 'started_at' | 'finished_at' | 'attempt'>;

/** Milliseconds that a report may take from its sender's clock to the log, clocks that differ a little included. */
const TOLERANCE = 5_000;

/** Whether the report was recorded so long after it happened that its own time decides. */
export function isLate({ occurred_at, recorded_at }: When): boolean {
  // Most reports have no time of their own, or one that needs no parsing to be known to be in time.
  if (occurred_at === null || occurred_at >= recorded_at) return false;
  return Date.parse(recorded_at) - Date.parse(occurred_at) > TOLERANCE;
}

export function verdictOnStart(task: Judged, event: When): Verdict {
  const { started_at, finished_at } = task;
  if (!isLate(event)) return 'applied';
  if (event.occurred_at === started_at) return 'ignored';
  if (finished_at !== null) return isBefore(event, finished_at) ? 'added' : 'applied';
  return started_at === null || isBefore(event, started_at) ? 'added' : 'applied';
}

/** Verdict on a finish or an error. */
export function verdictOnEnd(task: Judged, event: When): Verdict {
  const { finished_at } = task;
  if (isOfEarlierAttempt(task, event)) return 'ignored';
  return finished_at !== null && isBefore(event, finished_at) && isLate(event) ? 'ignored' : 'applied';
}

/** @param isEnd whether its word ends the task */
export function verdictOnStatus(task: Judged, event: When, isEnd: boolean): Verdict {
  if (task.finished_at !== null) return 'ignored';
  if (isEnd) return isOfEarlierAttempt(task, event) ? 'ignored' : 'applied';
  return isBeforeStart(task, event) ? 'ignored' : 'applied';
}

/** The first attempt has none before it: whenever its end happened, it is its end. */
function isOfEarlierAttempt(task: Judged, event: When): boolean {
  return task.attempt > 1 && isBeforeStart(task, event);
}

function isBeforeStart({ started_at }: Judged, event: When): boolean {
  return started_at !== null && isBefore(event, started_at) && isLate(event);
}

/** Compares by the sender's clock; times of the wire compare as text. */
function isBefore({ occurred_at }: When, time: string): boolean {
  return occurred_at !== null && occurred_at < time;
}
