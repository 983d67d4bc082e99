import { describe, expect, it } from 'vitest';
import { taskSchema } from './index.js';
import { at, FAIL, FINISH, failure, fold, type Rule, START, STATUS, story } from './testing/story.js';

const RULES: Rule[] = [
  {
    rule: 'a start makes a running task of its first attempt',
    given: [[START]],
    is: {
      id: 1,
      status: 'running',
      progress: 0,
      attempt: 1,
      started_at: at(0),
      finished_at: null,
      position: 1,
    },
  },
  {
    rule: 'id and created_at are of the first event, position and updated_at of the latest',
    given: [[START], [STATUS, { data: { status: 'on' } }]],
    is: { id: 1, created_at: at(0), updated_at: at(1), position: 2 },
  },
  {
    rule: 'a second start is a new attempt that keeps the metadata and clears progress',
    given: [
      [START, { data: { metadata: { a: 1, b: 1 } } }],
      [STATUS, { data: { status: 'on', progress: 50 } }],
      [START, { data: { metadata: { b: 2 } } }],
    ],
    is: { attempt: 2, progress: 0, status: 'running', started_at: at(2), metadata: { a: 1, b: 2 } },
  },
  {
    rule: 'a start re-opens a finished task and clears its end',
    given: [[START], [FINISH, { data: { result: 'done' } }], [START]],
    is: { status: 'running', attempt: 2, finished_at: null, duration_seconds: null, result: null },
  },
  {
    rule: 'a start re-opens a failed task and clears its error',
    given: [[START], [FAIL, { data: failure }], [START]],
    is: { status: 'running', error_type: null, error_message: null, stack_trace: null },
  },
  {
    rule: "a status brings the sender's own word, progress and message",
    given: [[START], [STATUS, { data: { status: 'compiling', progress: 12.5, message: 'half way' } }]],
    is: { status: 'compiling', progress: 12.5, message: 'half way', finished_at: null },
  },
  {
    rule: 'what a status leaves out, or sends as null, stays',
    given: [
      [START, { data: { metadata: { a: 1 } } }],
      [STATUS, { data: { status: 'one', progress: 30, message: 'm' } }],
      [STATUS, { data: { status: 'two', progress: null, message: null, metadata: null } }],
    ],
    is: { status: 'two', progress: 30, message: 'm', metadata: { a: 1 } },
  },
  {
    rule: 'progress may go back, and 0 is a progress',
    given: [
      [START],
      [STATUS, { data: { status: 's', progress: 90 } }],
      [STATUS, { data: { status: 's', progress: 0 } }],
    ],
    is: { progress: 0 },
  },
  {
    rule: 'a status of a task never seen to start makes it active',
    given: [[STATUS, { data: { status: 'on', progress: 5 } }]],
    is: { status: 'on', progress: 5, attempt: 1, started_at: null, finished_at: null },
  },
  {
    rule: "times are the agent's clock where it sent one, and the log's own are not",
    given: [
      [START, { at: 10, clock: 1 }],
      [FINISH, { at: 20, clock: 4 }],
    ],
    is: {
      started_at: at(1),
      finished_at: at(4),
      duration_seconds: 3,
      created_at: at(10),
      updated_at: at(20),
    },
  },
  {
    rule: 'title and agent are those of the latest applied event',
    given: [
      [START, { agent: 'claude', data: { task: 'Old' } }],
      [STATUS, { agent: 'gpt', data: { task: 'New', status: 's' } }],
    ],
    is: { title: 'New', agent: 'gpt' },
  },
  {
    rule: 'an erased event still starts, and is named after its id',
    given: [[START, { data: null }]],
    is: { title: 'task-1', status: 'running', metadata: {} },
  },
  {
    rule: 'an erased status changes nothing but that it was there',
    given: [
      [START, { data: { metadata: { a: 1 } } }],
      [STATUS, { data: { status: 's', progress: 5, message: 'm' } }],
      [STATUS, { data: null }],
    ],
    is: { title: 'Discount', status: 's', progress: 5, message: 'm', metadata: { a: 1 }, position: 3 },
  },
];

describe('evolve', () => {
  it.each(RULES)('$rule', ({ given, is }) => {
    const task = fold(story(...given));
    expect(task).toMatchObject(is);
    taskSchema.omit({ project_id: true }).strict().parse(task);
  });

  it('takes __proto__ for a metadata key like any other', () => {
    const metadata = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as Record<string, unknown>;
    const task = fold(
      story([START, { data: { metadata } }], [STATUS, { data: { status: 's', metadata: { x: 1 } } }]),
    );
    expect(JSON.stringify(task?.metadata)).toBe('{"__proto__":{"polluted":true},"constructor":1,"x":1}');
    expect(Object.getPrototypeOf(task?.metadata)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('merges metadata key by key, not deeply', () => {
    const task = fold(
      story(
        [START, { data: { metadata: { deep: { a: 1 }, kept: null } } }],
        [FAIL, { data: { ...failure, metadata: { deep: { b: 2 } } } }],
      ),
    );
    expect(task?.metadata).toEqual({ deep: { b: 2 }, kept: null });
  });
});
