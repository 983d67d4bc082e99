import { describe, expect, it } from 'vitest';
import {
  eventOfFrame,
  evolve,
  frameOf,
  ROUTES,
  serverFrame,
  startBody,
  type TaskEvent,
  taskSchema,
} from './index.js';

const KEYS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', ''];
const METADATA = JSON.parse(`{${KEYS.map((key, index) => `"${key}":{"n":${index}}`).join(',')}}`) as Record<
  string,
  unknown
>;
const TEXT = JSON.stringify(METADATA);

const event: TaskEvent = {
  position: 1,
  event_id: '01890000-0000-7000-8000-000000000001',
  type: 'task.started',
  project: 'shop',
  task_id: 'task-1',
  agent: 'claude',
  occurred_at: null,
  recorded_at: '2026-01-31T12:00:00.000Z',
  data: { task: 'T', metadata: METADATA },
};

describe('metadata whose keys every object has', () => {
  it('passes the check of a body', () => {
    const parsed = startBody.parse({ project: 'p', task_id: 't', metadata: METADATA });
    expect(JSON.stringify(parsed.metadata)).toBe(TEXT);
  });

  it('passes the check of a frame, and is in the task that is made of it', () => {
    const frame = serverFrame.parse(JSON.parse(JSON.stringify(frameOf(event))));
    if (!('data' in frame)) throw new Error('it is the frame of an event');
    expect(JSON.stringify(evolve(undefined, eventOfFrame(frame)).metadata)).toBe(TEXT);
  });

  it('passes the check of a task', () => {
    const parsed = taskSchema.parse({ ...evolve(undefined, event), project_id: 1 });
    expect(JSON.stringify(parsed.metadata)).toBe(TEXT);
    expect(Object.getPrototypeOf(parsed.metadata)).toBe(Object.prototype);
  });

  it.each([['text'], [[]], [null], [7], [undefined]])('must be an object, not %j', (metadata) => {
    expect(taskSchema.safeParse({ ...evolve(undefined, event), project_id: 1, metadata }).success).toBe(
      false,
    );
  });
});

describe('counts by project', () => {
  const schema = ROUTES.getWebsocketStats.response;

  it('has projects whose names every object has', () => {
    const text = '{"total_connections":3,"project_connections":{"__proto__":1,"constructor":2}}';
    expect(JSON.stringify(schema.parse(JSON.parse(text)))).toBe(text);
  });

  it.each([[-1], [0.5], ['1'], [null]])('are whole numbers, not %j', (count) => {
    expect(schema.safeParse({ total_connections: 0, project_connections: { shop: count } }).success).toBe(
      false,
    );
  });
});
