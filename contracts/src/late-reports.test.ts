import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLate, type TaskEvent, type TaskState, taskSchema } from './index.js';
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

/** Recorded a minute after everything else, and so late. */
const late = (clock: number, data: Record<string, unknown> = {}) => ({ at: 100, clock, data });

const RULES: Rule[] = [
  {
    rule: 'a late start before the end does not re-open: it fills the start and the duration',
    given: [
      [FINISH, { at: 30, data: { result: 'ok' } }],
      [START, late(10)],
    ],
    is: {
      status: 'completed',
      result: 'ok',
      attempt: 1,
      started_at: at(10),
      finished_at: at(30),
      duration_seconds: 20,
      position: 2,
      updated_at: at(100),
    },
  },
  {
    rule: 'a duration that was sent stays when a late start fills in',
    given: [
      [FINISH, { at: 30, data: { duration_seconds: 7 } }],
      [START, late(10)],
    ],
    is: { started_at: at(10), duration_seconds: 7 },
  },
  {
    rule: 'a late start adds title, agent and metadata that are missing, and replaces none that came after it',
    given: [
      [FINISH, { at: 30, agent: 'gpt', data: { task: 'New', metadata: { a: 'new' } } }],
      [START, { ...late(10, { task: 'Old', metadata: { a: 'old', b: 'old' } }), agent: 'claude' }],
    ],
    is: { title: 'New', agent: 'gpt', metadata: { a: 'new', b: 'old' } },
  },
  {
    rule: 'a late start names a task that has neither title nor agent',
    given: [
      [FINISH, { at: 30, agent: null, data: { task: null } }],
      [START, { ...late(10, { task: 'Old' }), agent: 'claude' }],
    ],
    is: { title: 'Old', agent: 'claude' },
  },
  {
    rule: 'a start that comes again late is the same start',
    given: [
      [START, { at: 10, clock: 10 }],
      [FINISH, { at: 30 }],
      [START, late(10)],
    ],
    is: { status: 'completed', attempt: 1, started_at: at(10), finished_at: at(30), position: 2 },
  },
  {
    rule: 'a late start after the end re-opens',
    given: [
      [FINISH, { at: 30 }],
      [START, late(40)],
    ],
    is: { status: 'running', finished_at: null, attempt: 1, started_at: at(40) },
  },
  {
    rule: 'a start in time is judged by the order of the log',
    given: [
      [FINISH, { at: 30 }],
      [START, { at: 34, clock: 29 }],
    ],
    is: { status: 'running', finished_at: null, started_at: at(29) },
  },
  {
    rule: 'a late start of an earlier attempt counts, and the later attempt goes on',
    given: [
      [START, { at: 50 }],
      [STATUS, { at: 60, data: { status: 'compiling', progress: 40 } }],
      [START, late(10)],
      [FINISH, late(20)],
    ],
    is: { attempt: 2, status: 'compiling', progress: 40, started_at: at(50), finished_at: null },
  },
  {
    rule: 'a late first start leaves what was reported since',
    given: [
      [STATUS, { at: 50, data: { status: 'compiling', progress: 40 } }],
      [START, late(10)],
    ],
    is: { attempt: 1, status: 'compiling', progress: 40, started_at: at(10) },
  },
  {
    rule: 'a late start after the one that is there is a new attempt',
    given: [
      [START, { at: 10 }],
      [START, late(20)],
    ],
    is: { attempt: 2, status: 'running', started_at: at(20) },
  },
  {
    rule: 'a status before the first start is not an attempt',
    given: [[STATUS, { data: { status: 'on', progress: 5 } }], [START]],
    is: { attempt: 1, status: 'running', progress: 0, started_at: at(1) },
  },
  ...(
    [
      [FINISH, {}],
      [FAIL, failure],
      [STATUS, { status: 'done' }],
    ] as const
  ).flatMap(([type, data]): Rule[] => [
    {
      rule: `a late end by ${type} of an earlier attempt is not applied`,
      given: [
        [START, { at: 10 }],
        [START, { at: 50 }],
        [type, late(20, data)],
      ] as Step[],
      is: { attempt: 2, status: 'running', finished_at: null, position: 2 },
    },
    {
      rule: `the first attempt's end by ${type} is applied whenever it happened`,
      given: [
        [START, { at: 50 }],
        [type, late(20, data)],
      ] as Step[],
      is: { finished_at: at(20), duration_seconds: 0, position: 2 },
    },
    {
      rule: `an end by ${type} in time is applied to a later attempt`,
      given: [
        [START, { at: 10 }],
        [START, { at: 50 }],
        [type, { at: 53, clock: 49, data }],
      ] as Step[],
      is: { finished_at: at(49), position: 3 },
    },
  ]),
  {
    rule: 'a late end does not replace one that happened after it',
    given: [
      [START, { at: 0 }],
      [FINISH, { at: 30, data: { result: 'ok' } }],
      [FAIL, late(20, failure)],
    ],
    is: { status: 'completed', result: 'ok', finished_at: at(30), error_type: null, position: 2 },
  },
  {
    rule: 'a late end replaces one that happened before it',
    given: [
      [START, { at: 0 }],
      [FAIL, { at: 30, data: failure }],
      [FINISH, late(40)],
    ],
    is: { status: 'completed', finished_at: at(40), error_type: null },
  },
  {
    rule: 'a late status before the start is not applied',
    given: [
      [START, { at: 50 }],
      [STATUS, late(20, { status: 'old', progress: 90, metadata: { a: 1 } })],
    ],
    is: { status: 'running', progress: 0, metadata: {}, position: 1 },
  },
  {
    rule: 'a late status after the start is applied',
    given: [
      [START, { at: 10 }],
      [STATUS, late(20, { status: 'on', progress: 90 })],
    ],
    is: { status: 'on', progress: 90, position: 2 },
  },
  {
    rule: 'a sender whose clock is ahead is not late',
    given: [
      [FINISH, { at: 30 }],
      [START, { at: 31, clock: 500 }],
    ],
    is: { status: 'running', started_at: at(500) },
  },
  {
    rule: 'an erased late start still fills',
    given: [
      [FINISH, { at: 30 }],
      [START, { at: 100, clock: 10, data: null }],
    ],
    is: { status: 'completed', started_at: at(10), title: 'Discount' },
  },
];

describe('a late report', () => {
  it.each(RULES)('$rule', ({ given, is }) => {
    const task = fold(story(...given));
    expect(task).toMatchObject(is);
    taskSchema.omit({ project_id: true }).strict().parse(task);
  });

  it.each([
    [null, false],
    [at(94), true],
    [at(95), false],
    [at(100), false],
    [at(101), false],
  ])('that happened at %s and was recorded at second 100: %s', (occurred_at, expected) => {
    expect(isLate({ occurred_at, recorded_at: at(100) })).toBe(expected);
  });
});

/** Several attempts in a row, each with some statuses and an end, reported in any order long after it all happened. */
const attempts = fc.array(
  fc.record({
    statuses: fc.integer({ min: 0, max: 2 }),
    end: fc.constantFrom<Step>([FINISH], [FAIL, { data: failure }]),
  }),
  { minLength: 1, maxLength: 3 },
);

function happened(drawn: readonly { statuses: number; end: Step }[]): TaskEvent[] {
  const steps = drawn.flatMap(({ statuses, end }): Step[] => [
    [START],
    ...Array.from({ length: statuses }, (): Step => [STATUS, { data: { status: 'on' } }]),
    end,
  ]);
  return story(...steps.map(([type, fields], index): Step => [type, { ...fields, clock: index, at: 1_000 }]));
}

describe('reports that all come late, in any order', () => {
  const reports = attempts.chain((drawn) => {
    const events = happened(drawn);
    return fc.tuple(
      fc.constant(drawn),
      fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
    );
  });

  it('end the task as its last attempt ended, when starts and ends are reported', () => {
    fc.assert(
      fc.property(reports, ([drawn, events]) => {
        const task = fold(events.map((event, index) => ({ ...event, position: index + 1 }))) as TaskState;
        const last = drawn.at(-1)?.end[0] === FINISH ? 'completed' : 'failed';
        const total = drawn.reduce((sum, { statuses }) => sum + statuses + 2, 0);
        expect(task).toMatchObject({ status: last, attempt: drawn.length, finished_at: at(total - 1) });
      }),
      { seed: printedSeed('late reports'), numRuns: 1_000 },
    );
  });
});
