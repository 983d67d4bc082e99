/** What happened when: each applied event, and their sums by minute, hour and day. */
import { bigint, type Column, numeric, text, time } from '../../rows/column.js';
import { copyRows } from '../../rows/copy-rows.js';
import { upsertRows } from '../../rows/upsert-rows.js';
import type { Write } from '../../rows/write.js';
import {
  addDuration,
  DURATION_COLUMNS,
  type Durations,
  microsOfTask,
  NO_DURATIONS,
} from '../../task-outcomes/durations.js';
import type { Transition } from '../../task-outcomes/task-outcome.js';

type Kind = 'started' | 'progressed' | 'completed' | 'failed';

interface Happening {
  valid_from: number;
  position: number;
  recorded_at: string;
  project: string;
  agent: string;
  kind: Kind;
  durationMicros: bigint | null;
}

const HAPPENING_COLUMNS: Column<Happening>[] = [
  bigint('position', (row) => row.position),
  time('recorded_at', (row) => row.recorded_at),
  text('project', (row) => row.project),
  text('agent', (row) => row.agent),
  text('kind', (row) => row.kind),
  numeric('duration_micros', (row) => row.durationMicros),
];

export function writingHappenings(table: string, transitions: readonly Transition[]): Write {
  return copyRows(table, HAPPENING_COLUMNS, transitions.map(happeningOf));
}

/** Apart: sums by time, of which the part up to a position is asked for, hold what happened up to it. */
export function writingLateHappenings(table: string, transitions: readonly Transition[]): Write {
  const columns = [bigint<Happening>('valid_from', (row) => row.valid_from), ...HAPPENING_COLUMNS];
  return copyRows(table, columns, transitions.map(happeningOf));
}

function happeningOf({ event, at, after }: Transition): Happening {
  const { position, recorded_at, project, agent } = event;
  const kind = kindOf({ event, after });
  const durationMicros = kind === 'completed' ? microsOfTask(after) : null;
  return { valid_from: at, position, recorded_at, project, agent, kind, durationMicros };
}

/** By what the event did: a status may end its task too. A cancelled task is told of as progress. */
function kindOf({ event, after }: Pick<Transition, 'event' | 'after'>): Kind {
  if (event.type === 'task.started') return 'started';
  if (after.finished_at === null) return 'progressed';
  return after.status === 'completed' || after.status === 'failed' ? after.status : 'progressed';
}

interface Bucket extends Durations, Record<Kind, number> {
  size: string;
  start: string;
  project: string;
  agent: string;
  first: number;
  last: number;
}

interface Size {
  size: string;
  /** How much of a wire time, such as 2026-01-31T12:34:56.789Z, names the bucket. */
  length: number;
  rest: string;
}

const MINUTE: Size = { size: 'minute', length: '2026-01-31T12:34'.length, rest: ':00.000Z' };
const HOUR: Size = { size: 'hour', length: '2026-01-31T12'.length, rest: ':00:00.000Z' };
const DAY: Size = { size: 'day', length: '2026-01-31'.length, rest: 'T00:00:00.000Z' };

const BUCKET_COLUMNS: Column<Bucket>[] = [
  text('bucket_size', (row) => row.size),
  time('bucket', (row) => row.start),
  text('project', (row) => row.project),
  text('agent', (row) => row.agent),
  bigint('started', (row) => row.started),
  bigint('progressed', (row) => row.progressed),
  bigint('completed', (row) => row.completed),
  bigint('failed', (row) => row.failed),
  ...DURATION_COLUMNS,
  bigint('first_position', (row) => row.first),
  bigint('last_position', (row) => row.last),
];

/** Sums only grow, so nothing need be read before: the database adds. */
const ADD = `
  ON CONFLICT (bucket_size, bucket, project, agent) DO UPDATE SET
    ${['started', 'progressed', 'completed', 'failed', 'durations', 'duration_micros']
      .map((name) => `${name} = t.${name} + excluded.${name}`)
      .join(', ')},
    last_position = excluded.last_position`;

export function addingToSeries(table: string, transitions: readonly Transition[]): Write {
  return upsertRows(`${table} AS t`, BUCKET_COLUMNS, bucketsOf(transitions), ADD);
}

/** Summed by minute first and then on to hours and days, so that each event is added once. */
function bucketsOf(transitions: readonly Transition[]): Bucket[] {
  const minutes = new Map<string, Bucket>();
  for (const { event, after } of transitions) {
    const minute = event.recorded_at.slice(0, MINUTE.length);
    const key = `${minute}\0${event.project}\0${event.agent}`;
    let bucket = minutes.get(key);
    if (bucket === undefined) {
      bucket = emptyBucket(MINUTE.size, minute + MINUTE.rest, event);
      minutes.set(key, bucket);
    }
    const kind = kindOf({ event, after });
    bucket[kind] += 1;
    if (kind === 'completed') addDuration(bucket, after, 1);
    bucket.last = event.position;
  }
  const ofMinutes = [...minutes.values()];
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

function emptyBucket(size: string, start: string, { project, agent, position }: Transition['event']): Bucket {
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
