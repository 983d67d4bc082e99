/** What happened when, for the timeline: events, or minutes, hours and days, as columns of equal width. */
import type { BucketSize, SeriesBucket, TaskEvent, TaskEventType } from '@att/contracts';

export interface Tally {
  /** Starts and reports. */
  going: number;
  completed: number;
  failed: number;
}

export interface Mark extends Tally {
  /** Milliseconds since 1970. */
  at: number;
  /** Milliseconds that it stands for: 0 for a single event. */
  width: number;
}

const MINUTE = 60_000;
const SIZES: Readonly<Record<BucketSize, number>> = {
  minute: MINUTE,
  hour: 60 * MINUTE,
  day: 24 * 60 * MINUTE,
};
/** Columns of the timeline; more are too thin to be seen. */
const MAX_COLUMNS = 120;

/** The smallest that gives no more buckets than the server answers with. */
export function bucketSizeFor(span: number): BucketSize {
  if (span <= 2_000 * SIZES.minute) return 'minute';
  return span <= 2_000 * SIZES.hour ? 'hour' : 'day';
}

const TALLIES: Readonly<Record<TaskEventType, keyof Tally>> = {
  'task.started': 'going',
  'task.progressed': 'going',
  'task.finished': 'completed',
  'task.failed': 'failed',
};

export function markOfEvent({ type, recorded_at }: TaskEvent): Mark {
  return { going: 0, completed: 0, failed: 0, [TALLIES[type]]: 1, at: Date.parse(recorded_at), width: 0 };
}

export function markOfBucket(bucket: SeriesBucket, size: BucketSize): Mark {
  return {
    at: Date.parse(bucket.bucket),
    width: SIZES[size],
    going: bucket.started + bucket.progressed,
    completed: bucket.completed,
    failed: bucket.failed,
  };
}

/** The marks from `from` to `to`, in so many columns of equal width that none is thinner than a mark. */
export function columnsOf(marks: readonly Mark[], from: number, to: number): Tally[] {
  const span = Math.max(1, to - from);
  const widest = marks.reduce((most, mark) => Math.max(most, mark.width), 0);
  const count = Math.max(1, Math.min(MAX_COLUMNS, widest === 0 ? MAX_COLUMNS : Math.ceil(span / widest)));
  const columns: Tally[] = Array.from({ length: count }, () => ({ going: 0, completed: 0, failed: 0 }));
  for (const mark of marks) {
    const middle = mark.at + mark.width / 2;
    const index = Math.min(count - 1, Math.max(0, Math.floor(((middle - from) / span) * count)));
    const column = columns[index] as Tally;
    column.going += mark.going;
    column.completed += mark.completed;
    column.failed += mark.failed;
  }
  return columns;
}
