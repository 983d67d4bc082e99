import { describe, expect, it } from 'vitest';
import { evolve, type TaskEvent, type TaskState, taskSchema } from './index.js';
import {
  at,
  FAIL,
  FINISH,
  failure,
  fold,
  type Rule,
  START,
  STATUS,
  type Step,
  story,
} from './testing/story.js';

const RULES: Rule[] = [
  ...(
    [
      ['completed', 'completed'],
      ['failed', 'failed'],
      ['cancelled', 'cancelled'],
      ['canceled', 'cancelled'],
      ['aborted', 'cancelled'],
      ['done', 'completed'],
      ['success', 'completed'],
      ['succeeded', 'completed'],
      ['failure', 'failed'],
      ['COMPLETED', 'completed'],
      ['Failed', 'failed'],
      ['DONE', 'completed'],
      [' Success_', 'completed'],
      ['-canceled\u00a0', 'cancelled'],
    ] as const
  ).map(([word, status]) => ({
    rule: `the status word ${word} ends the task as ${status}`,
    given: [
      [START, {}],
      [STATUS, { at: 9, data: { status: word, progress: 80, message: 'bye' } }],
    ] as Step[],
    is: { status, finished_at: at(9), duration_seconds: 9, progress: 80, message: 'bye' },
  })),
  ...['error', 'timeout', 'done with one', 'undone', 'abort', '__proto__', 'constructor', 'toString'].map(
    (word) => ({
      rule: `the status word ${JSON.stringify(word)} is just a word`,
      given: [
        [START, {}],
        [STATUS, { data: { status: word } }],
      ] as Step[],
      is: { status: word, finished_at: null },
    }),
  ),
  {
    rule: 'a finish completes with result and the duration from the start',
    given: [[START], [FINISH, { at: 90, data: { result: { ok: [1] } } }]],
    is: { status: 'completed', finished_at: at(90), duration_seconds: 90, result: { ok: [1] } },
  },
  {
    rule: 'a duration that was sent is believed',
    given: [[START], [FINISH, { at: 90, data: { duration_seconds: 2.5 } }]],
    is: { duration_seconds: 2.5 },
  },
  {
    rule: 'a duration of 0 was sent too',
    given: [[START], [FINISH, { at: 90, data: { duration_seconds: 0 } }]],
    is: { duration_seconds: 0 },
  },
  { rule: 'a finish without a result has none', given: [[START], [FINISH]], is: { result: null } },
  ...[false, 0, '', [], 'text'].map((result) => ({
    rule: `a result may be ${JSON.stringify(result)}`,
    given: [[FINISH, { data: { result } }]] as Step[],
    is: { result },
  })),
  {
    rule: 'progress stays as last reported at the end',
    given: [[START], [STATUS, { data: { status: 's', progress: 40 } }], [FINISH]],
    is: { progress: 40, status: 'completed' },
  },
  {
    rule: 'a failure keeps its error',
    given: [[START], [FAIL, { at: 3, data: failure }]],
    is: { status: 'failed', finished_at: at(3), duration_seconds: 3, ...failure },
  },
  {
    rule: 'a finish after an error has finished, and the error is gone',
    given: [[START], [FAIL, { data: failure }], [FINISH, { at: 7, data: { result: 'after all' } }]],
    is: {
      status: 'completed',
      result: 'after all',
      error_type: null,
      error_message: null,
      stack_trace: null,
      finished_at: at(7),
      duration_seconds: 7,
    },
  },
  {
    rule: 'an error after a finish has failed, and result and duration are gone',
    given: [
      [START],
      [FINISH, { data: { result: 'ok', duration_seconds: 99 } }],
      [FAIL, { at: 5, data: failure }],
    ],
    is: { status: 'failed', result: null, duration_seconds: 5, ...failure },
  },
  {
    rule: 'a finish of a task never seen to start has no duration',
    given: [[FINISH]],
    is: {
      id: 1,
      attempt: 1,
      status: 'completed',
      started_at: null,
      duration_seconds: null,
      finished_at: at(0),
    },
  },
  {
    rule: 'a computed duration is never below 0',
    given: [
      [START, { at: 10, clock: 50 }],
      [FINISH, { at: 20 }],
    ],
    is: { started_at: at(50), finished_at: at(20), duration_seconds: 0 },
  },
  {
    rule: 'an erased finish and an erased failure still end',
    given: [[START], [FAIL, { data: null }], [FINISH, { data: null }]],
    is: { status: 'completed', result: null, finished_at: at(2), duration_seconds: 2 },
  },
];

describe('the end of a task', () => {
  it.each(RULES)('$rule', ({ given, is }) => {
    const task = fold(story(...given));
    expect(task).toMatchObject(is);
    taskSchema.omit({ project_id: true }).strict().parse(task);
  });

  it.each(['completed', 'failed', 'cancelled', 'canceled'])(
    'returns the very task for a status after %s',
    (word) => {
      const events = story(
        [START],
        [STATUS, { data: { status: word } }],
        [STATUS, { data: { status: 'late', progress: 1 } }],
      );
      const ended = fold(events.slice(0, 2)) as TaskState;
      expect(evolve(ended, events[2] as TaskEvent)).toBe(ended);
    },
  );

  it('changes neither the task nor the event that it is given', () => {
    const events = story(
      [START, { data: { metadata: { a: 1 } } }],
      [STATUS, { data: { status: 's', metadata: { b: 2 } } }],
    );
    const task = Object.freeze(fold(events.slice(0, 1)) as TaskState);
    Object.freeze(task.metadata);
    const before = structuredClone(events);
    expect(evolve(task, events[1] as TaskEvent)).not.toBe(task);
    expect(events).toEqual(before);
  });
});
