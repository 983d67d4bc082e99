/** Marks of the timeline: events, or counts of minutes, hours or days, gathered in columns of equal width. */
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
  /** Milliseconds that the mark stands for: 0 for a single event. */
  width: number;
}

const MINUTE = 60_000;
const SIZES: Readonly<Record<BucketSize, number>> = {
  minute: MINUTE,
  hour: 60 * MINUTE,
  day: 24 * 60 * MINUTE,
};
/** Most columns of the timeline; more are too thin to be seen. */
const MAX_COLUMNS = 120;

/** Smallest bucket size with which the server answers the whole span. */
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

/** Column, with its place in parts of the whole timeline: the first and the last may reach over its ends. */
export interface Column extends Tally {
  left: number;
  width: number;
}

/**
 * Gathers the marks from `from` to `to` in columns of equal width. Columns of minutes, hours or days begin and end with
 * them: else one column would have two of them, and the next none.
 */
export function columnsOf(marks: readonly Mark[], from: number, to: number): Column[] {
  const span = Math.max(1, to - from);
  const unit = marks.reduce((most, mark) => Math.max(most, mark.width), 0);
  const width = unit === 0 ? span / MAX_COLUMNS : unit * Math.ceil(span / unit / MAX_COLUMNS);
  const start = unit === 0 ? from : Math.floor(from / width) * width;
  const count = Math.max(1, Math.ceil((from + span - start) / width));
  const columns: Column[] = Array.from({ length: count }, (_, index) => ({
    left: (start + index * width - from) / span,
    width: width / span,
    going: 0,
    completed: 0,
    failed: 0,
  }));
  for (const mark of marks) {
    const index = Math.floor((mark.at - start) / width);
    const column = columns[Math.min(count - 1, Math.max(0, index))] as Column;
    column.going += mark.going;
    column.completed += mark.completed;
    column.failed += mark.failed;
  }
  return columns;
}
