/** Sums of what happened in each minute, hour and day. */
import type { Step } from '@att/platform/projections';
import type { Transition } from '../../fold/task-outcome.js';
import { bigint, tableColumns, text, time } from '../../rows/column.js';
import { upsertRows } from '../../rows/upsert-rows.js';
import type { Write } from '../../rows/write.js';
import {
  addDuration,
  DURATION_COLUMNS,
  type Durations,
  NO_DURATIONS,
} from '../../task-outcomes/durations.js';
import { stepOf } from './step-of.js';

interface Bucket extends Durations, Record<Step, number> {
  size: string;
  start: string;
  project: string;
  agent: string;
  first: number;
  last: number;
}

interface Size {
  size: string;
  /** Length of the part of a wire time, such as 2026-01-31T12:34:56.789Z, that names the bucket. */
  length: number;
  rest: string;
}

const MINUTE: Size = { size: 'minute', length: '2026-01-31T12:34'.length, rest: ':00.000Z' };
const HOUR: Size = { size: 'hour', length: '2026-01-31T12'.length, rest: ':00:00.000Z' };
const DAY: Size = { size: 'day', length: '2026-01-31'.length, rest: 'T00:00:00.000Z' };

const BUCKET_COLUMNS = tableColumns<'series', Bucket>({
  bucket_size: text((row) => row.size),
  bucket: time((row) => row.start),
  project: text((row) => row.project),
  agent: text((row) => row.agent),
  started: bigint((row) => row.started),
  progressed: bigint((row) => row.progressed),
  completed: bigint((row) => row.completed),
  failed: bigint((row) => row.failed),
  ...DURATION_COLUMNS,
  first_position: bigint((row) => row.first),
  last_position: bigint((row) => row.last),
});

/** Sums only grow, so nothing need be read before: the database adds. */
const ADD = `
  ON CONFLICT (bucket_size, bucket, project, agent) DO UPDATE SET
    ${['started', 'progressed', 'completed', 'failed', 'durations', 'duration_micros']
      .map((name) => `${name} = t.${name} + excluded.${name}`)
      .join(', ')},
    last_position = excluded.last_position`;

export function addToSeries(table: string, transitions: readonly Transition[]): Write {
  return upsertRows(`${table} AS t`, BUCKET_COLUMNS, bucketsOf(transitions), ADD);
}

/** Summed by minute first and then on to hours and days, so that each event is added once. */
function bucketsOf(transitions: readonly Transition[]): Bucket[] {
  const ofMinutes: Bucket[] = [];
  let minute = '';
  // Two levels, project and agent: one key of both was 2 % of this thread's time.
  let buckets = new Map<string, Map<string, Bucket>>();
  for (const { event, after } of transitions) {
    // Recorded times never go backwards.
    if (minute === '' || !event.recorded_at.startsWith(minute)) {
      minute = event.recorded_at.slice(0, MINUTE.length);
      buckets = new Map();
    }
    let ofProject = buckets.get(event.project);
    if (ofProject === undefined) {
      ofProject = new Map();
      buckets.set(event.project, ofProject);
    }
    let bucket = ofProject.get(after.agent);
    if (bucket === undefined) {
      bucket = emptyBucket(MINUTE.size, minute + MINUTE.rest, event, after.agent);
      ofProject.set(after.agent, bucket);
      ofMinutes.push(bucket);
    }
    const step = stepOf(event, after);
    bucket[step] += 1;
    if (step === 'completed') addDuration(bucket, after, 1);
    bucket.last = event.position;
  }
  return [...ofMinutes, ...summed(ofMinutes, HOUR), ...summed(ofMinutes, DAY)];
}

function summed(minutes: readonly Bucket[], { size, length, rest }: Size): Bucket[] {
  const sums = new Map<string, Bucket>();
  for (const minute of minutes) {
    const start = minute.start.slice(0, length) + rest;
    const key = `${start}\0${minute.project}\0${minute.agent}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { ...minute, size, start });
    else add(sum, minute);
  }
  return [...sums.values()];
}

function add(sum: Bucket, minute: Bucket): void {
  for (const figure of ['started', 'progressed', 'completed', 'failed', 'durations'] as const) {
    sum[figure] += minute[figure];
  }
  sum.durationMicros += minute.durationMicros;
  sum.last = minute.last;
}

function emptyBucket(
  size: string,
  start: string,
  { project, position }: Transition['event'],
  agent: string,
): Bucket {
  return {
    size,
    start,
    project,
    agent,
    started: 0,
    progressed: 0,
    completed: 0,
    failed: 0,
    ...NO_DURATIONS,
    first: position,
    last: position,
  };
}
