/** Logs at random, and how they come in batches. */
import { TASK_EVENT_TYPES } from '@att/contracts';
import type { LogEvent } from '@att/platform/event-log';
import { CHUNK_GROUPS, MESSAGE_CHUNKS } from '@att/platform/projections';
import fc from 'fast-check';
import type { Delivery } from '../deliver.js';

const payload = fc.record(
  {
    task: fc.constantFrom('Title', 'Другой заголовок'),
    task_hint: fc.constantFrom('A hint', 'Ein Hinweis'),
    status: fc.constantFrom('running', 'waiting', 'completed', 'Failed', 'cancelled', 'ABORTED', 'done'),
    progress: fc.double({ min: 0, max: 100, noNaN: true }),
    message: fc.constantFrom('one', 'two'),
    result: fc.oneof(fc.string({ unit: 'grapheme' }), fc.jsonValue()),
    duration_seconds: fc.constantFrom(0, 0.1, 0.2, 1800, 1e12, 0.000_000_1),
    error_type: fc.constant('RuntimeError'),
    error_message: fc.constant('broken'),
    metadata: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.integer(), { maxKeys: 2 }),
  },
  { requiredKeys: [] },
);

/** Event of a short log, in which few tasks do all that a report can say. */
export const drawnEvent = fc.record({
  type: fc.constantFrom(...TASK_EVENT_TYPES, 'key.created'),
  project: fc.constantFrom('p1', 'p2', 'проект'),
  task_id: fc.constantFrom('a', 'b', 'c', 'd'),
  agent: fc.constantFrom('x', 'y', null),
  occurredAfter: fc.option(fc.integer({ min: -30_000, max: 5_000 })),
  payload: fc.option(payload, { freq: 20 }),
});

export type DrawnEvent = typeof drawnEvent extends fc.Arbitrary<infer Value> ? Value : never;

/** @param index place in the log, from 0 */
export function asLogEvent(drawn: DrawnEvent, index: number): LogEvent {
  const recordedAt = Date.UTC(2026, 0, 1) + index * 700;
  const { occurredAfter, payload, ...envelope } = drawn;
  return {
    ...envelope,
    position: index + 1,
    event_id: '01900000-0000-7000-8000-000000000000',
    actor: 'test',
    occurred_at: occurredAfter === null ? null : new Date(recordedAt + occurredAfter).toISOString(),
    recorded_at: new Date(recordedAt).toISOString(),
    // A null stands for a payload that was erased.
    data_text: payload === null ? null : JSON.stringify(payload),
  };
}

const crash = fc.constantFrom<Delivery['crash']>('no', 'no', 'no', 'before', 'after');

/** Batches of a short log, and the crashes among them. */
export const shortDeliveries = fc.array(fc.record({ size: fc.integer({ min: 1, max: 12 }), crash }), {
  minLength: 1,
  maxLength: 10,
});

/** Events of a long log: enough for a group of the log's index to be whole. */
export const LONG = CHUNK_GROUPS.size + 1_000;

/** Batches of a long log: some end where a chunk of messages does. Small ones are tried with short logs. */
export const longDeliveries = fc.array(
  fc.record({
    size: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 100, max: 2_500 }) },
      { weight: 1, arbitrary: fc.constant(MESSAGE_CHUNKS.size) },
      { weight: 1, arbitrary: fc.integer({ min: 2_500, max: 10_000 }) },
    ),
    crash,
  }),
  { minLength: 1, maxLength: 8 },
);

/** Long log: some tasks report for long, and many end soon; few messages are said, and said often. */
export function drawLongLog(seed: number): LogEvent[] {
  const drawn = fc.sample(
    fc.record({
      task: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 3_000 })),
      type: fc.constantFrom(
        'task.started',
        'task.progressed',
        'task.progressed',
        'task.finished',
        'task.failed',
      ),
      message: fc.oneof(fc.constantFrom('Reading', 'Writing', 'Tests pass'), fc.string({ unit: 'grapheme' })),
      hasMessage: fc.boolean(),
      pause: fc.integer({ min: 0, max: 5_000 }),
    }),
    { seed, numRuns: LONG },
  );
  let time = Date.UTC(2026, 0, 1);
  return drawn.map(({ task, type, message, hasMessage, pause }, index) => {
    time += pause;
    return {
      position: index + 1,
      event_id: '01900000-0000-7000-8000-000000000000',
      type,
      project: `project-${task % 7}`,
      task_id: `task-${task}`,
      agent: `agent-${index % 5}`,
      actor: 'test',
      occurred_at: null,
      recorded_at: new Date(time).toISOString(),
      data_text: JSON.stringify({
        task: `Task ${task}`,
        status: 'running',
        ...(hasMessage ? { message: message.replaceAll('\0', '') } : {}),
      }),
    } as LogEvent;
  });
}
