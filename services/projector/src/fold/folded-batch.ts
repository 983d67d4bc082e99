import { isTaskLogEvent, type LogEvent, type TaskLogEvent } from '@att/platform/event-log';
import { taskKey } from '../rows/row-cache.js';

/** Task that has events in a batch. */
interface BatchTask extends Pick<TaskLogEvent, 'project' | 'task_id'> {
  /** Key of the task in a `RowCache`. */
  key: string;
}

/** Batch on its way through the writers of a group. They are all at one checkpoint, and fold the same batch. */
export class FoldedBatch {
  /** Events of tasks. Each payload is parsed when it is folded, and not kept, so that it is garbage before the next. */
  readonly events: readonly TaskLogEvent[];
  /** Tasks of the events, once each, in the order of their first events. */
  readonly tasks: readonly BatchTask[];
  /** Index among `tasks` of each event's task: what memory has of a task is looked up once a batch, not for each event. */
  readonly taskIndexes: readonly number[];

  /**
   * @param logEvents events to apply
   * @param position the checkpoint after the batch
   * @param isLate whether they are events that a task has waited with, which take effect together at that position, past
   *   their own
   */
  constructor(
    readonly logEvents: readonly LogEvent[],
    readonly position: number,
    readonly isLate = false,
  ) {
    this.events = logEvents.filter(isTaskLogEvent);
    ({ tasks: this.tasks, taskIndexes: this.taskIndexes } = tasksOf(this.events));
  }

  /** Position from which histories have what the event did. */
  effectOf({ position }: Pick<LogEvent, 'position'>): number {
    return this.isLate ? this.position : position;
  }

  /**
   * Rows that histories keep. They have one row a key and position, so the last of a key's rows holds where all take effect at one
   * position.
   */
  kept<Row>(rows: readonly Row[], keyOf: (row: Row) => string | number): readonly Row[] {
    return this.isLate ? [...new Map(rows.map((row) => [keyOf(row), row])).values()] : rows;
  }
}

function tasksOf(events: readonly TaskLogEvent[]): Pick<FoldedBatch, 'tasks' | 'taskIndexes'> {
  const tasks: BatchTask[] = [];
  const byKey = new Map<string, number>();
  const taskIndexes = events.map((event) => {
    const key = taskKey(event);
    const known = byKey.get(key);
    if (known !== undefined) return known;
    byKey.set(key, tasks.length);
    return tasks.push({ key, project: event.project, task_id: event.task_id }) - 1;
  });
  return { tasks, taskIndexes };
}
