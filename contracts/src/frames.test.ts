import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  eventFrame,
  eventOfFrame,
  evolve,
  frameOf,
  MAX_FRAME_FIELD_BYTES,
  serverFrame,
  TASK_EVENT_TYPES,
  type TaskEvent,
  type TaskState,
} from './index.js';

const bytes = (text: string) => Buffer.byteLength(text);

/** Text as ingest lets it through: without NUL and lone surrogates. */
const text = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((value) => !value.includes('\0'));
const name = text.filter((value) => value !== '');
/** Whatever survives JSON, `__proto__` keys included. */
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const metadata = fc.option(fc.dictionary(fc.oneof(text, fc.constant('__proto__')), json), { nil: null });
const time = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
/** Close enough to each other that reports come before and after ends and starts, in time and late. */
const nearTime = fc
  .integer({ min: 0, max: 60 })
  .map((seconds) => new Date(1_770_000_000_000 + seconds * 1_000).toISOString());

const payload = fc.record(
  {
    status: fc.oneof(name, fc.constantFrom('completed', 'failed', 'cancelled', 'canceled')),
    progress: maybe(fc.double({ min: 0, max: 100, noNaN: true })),
    message: maybe(text),
    result: json,
    duration_seconds: maybe(fc.double({ min: 0, max: 1e9, noNaN: true })),
    error_type: name,
    error_message: text,
    stack_trace: maybe(text),
    metadata,
    task: name,
    task_hint: maybe(name),
    unknown: json,
  },
  { requiredKeys: ['status', 'error_type', 'error_message'] },
);

const event = fc
  .record({
    type: fc.constantFrom(...TASK_EVENT_TYPES),
    agent: maybe(name),
    occurred_at: maybe(fc.oneof(time, nearTime)),
    recorded_at: fc.oneof(time, nearTime),
    payload: fc.option(payload, { nil: null, freq: 8 }),
  })
  .map(({ payload, ...rest }) => ({
    ...rest,
    event_id: '01890000-0000-7000-8000-000000000001',
    project: 'shop',
    task_id: 'task-1',
    data: payload,
  }));
const history = fc
  .array(event, { minLength: 1, maxLength: 12 })
  .map((events): TaskEvent[] => events.map((item, index) => ({ ...item, position: index + 1 })));

const through = (line: TaskEvent) => eventOfFrame(JSON.parse(JSON.stringify(frameOf(line))));

function someEvent(fields: Partial<TaskEvent> = {}): TaskEvent {
  return {
    position: 5,
    event_id: '01890000-0000-7000-8000-000000000001',
    type: 'task.finished',
    project: 'shop',
    task_id: 'task-1',
    agent: 'claude',
    occurred_at: null,
    recorded_at: '2026-01-31T12:00:00.000Z',
    data: { task: 'Discount' },
    ...fields,
  };
}

describe('a frame', () => {
  it('means the same to evolve as its event, whatever happened before', () => {
    fc.assert(
      fc.property(history, (events) => {
        let direct: TaskState | undefined;
        let framed: TaskState | undefined;
        for (const line of events) {
          const frame = frameOf(line);
          eventFrame.parse(frame);
          expect(frame.data.truncated).toBeUndefined();
          direct = evolve(direct, line);
          framed = evolve(framed, through(line));
          expect(framed).toEqual(direct);
        }
      }),
      { seed: printedSeed('frames and evolve'), numRuns: 300 },
    );
  });

  it('has the fields of its type only', () => {
    const data = {
      task: 'T',
      status: 's',
      progress: 5,
      message: 'm',
      result: 1,
      error_type: 'E',
      error_message: 'no',
    };
    const fields = (type: TaskEvent['type']) => Object.keys(frameOf(someEvent({ type, data })).data);
    const common = ['task_id', 'title', 'project', 'agent', 'status', 'event_id', 'occurred_at'];
    expect(fields('task.started')).toEqual([...common, 'started_at']);
    expect(fields('task.progressed')).toEqual([...common, 'progress', 'message']);
    expect(fields('task.finished')).toEqual([...common, 'finished_at', 'result']);
    expect(fields('task.failed')).toEqual([...common, 'finished_at', 'error_type', 'error_message']);
  });

  it.each([
    ['task.started', 'task_started', 'running'],
    ['task.progressed', 'task_status_updated', 'compiling'],
    ['task.finished', 'task_finished', 'completed'],
    ['task.failed', 'task_error', 'failed'],
  ] as const)('of %s is a %s with the status %s', (type, frameType, status) => {
    const frame = frameOf(someEvent({ type, data: { task: 'T', status: 'compiling' } }));
    expect(serverFrame.parse(frame)).toMatchObject({ type: frameType, data: { status } });
    expect(eventOfFrame(frame).type).toBe(type);
  });

  it('of an erased event has nothing that the payload brought, and differs from one that was not', () => {
    const frame = frameOf(someEvent({ data: null }));
    expect(eventFrame.parse(frame).data).toMatchObject({ erased: true });
    expect(JSON.parse(JSON.stringify(frame)).data).not.toHaveProperty('title');
    expect(eventOfFrame(frame).data).toBeNull();
  });

  it('of a report without a title and an agent does not pass for an erased one', () => {
    const frame = through(someEvent({ agent: null, data: { task_hint: 'Perhaps', result: 1 } }));
    expect(frame).toMatchObject({ agent: null, data: { task_hint: 'Perhaps', result: 1 } });
    expect(JSON.stringify(frameOf(someEvent({ data: {} })))).not.toContain('erased');
  });
});

describe('a field over 8 KiB', () => {
  const cutOf = (fields: Record<string, unknown>, type: TaskEvent['type'] = 'task.finished') =>
    eventFrame.parse(frameOf(someEvent({ type, data: { task: 'T', ...fields } }))).data;

  it('is kept whole up to exactly 8 KiB', () => {
    const exact = 'é'.repeat(MAX_FRAME_FIELD_BYTES / 2);
    expect(cutOf({ result: exact })).toMatchObject({ result: exact });
    expect(cutOf({ result: exact }).truncated).toBeUndefined();
  });

  it.each(['a', 'é', '中', '🚀'])('is cut between two %s, and named', (character) => {
    const long = `x${character.repeat(MAX_FRAME_FIELD_BYTES)}`;
    const { result, truncated } = cutOf({ result: long });
    expect(truncated).toEqual(['result']);
    expect(long.startsWith(result as string)).toBe(true);
    expect((result as string).isWellFormed()).toBe(true);
    expect(bytes(result as string)).toBeLessThanOrEqual(MAX_FRAME_FIELD_BYTES);
    expect(bytes(result as string)).toBeGreaterThan(MAX_FRAME_FIELD_BYTES - bytes(character));
  });

  it('is emptied where it is not text', () => {
    const large = 'x'.repeat(MAX_FRAME_FIELD_BYTES);
    expect(cutOf({ result: [large], metadata: { large } })).toMatchObject({
      result: [],
      metadata: {},
      truncated: ['result', 'metadata'],
    });
  });

  it('leaves the others alone', () => {
    const stack_trace = 'x'.repeat(MAX_FRAME_FIELD_BYTES + 1);
    const data = cutOf({ error_type: 'E', error_message: 'no', stack_trace }, 'task.failed');
    expect(data).toMatchObject({ error_type: 'E', error_message: 'no', truncated: ['stack_trace'] });
  });
});
