import { describe, expect, it } from 'vitest';
import {
  evolve,
  MAX_SUMMARY_CHARACTERS,
  stateOfSummary,
  summaryOf,
  type TaskState,
  taskSummarySchema,
} from './index.js';
import { FAIL, fold, START, STATUS, story } from './testing/story.js';

const LONG = '🚀'.repeat(MAX_SUMMARY_CHARACTERS + 1);
const taskWith = (message: string) =>
  fold(story([START], [STATUS, { data: { status: 's', message } }])) as TaskState;

describe('a task in a list', () => {
  it('has its texts cut to characters, never to half of one, and says which', () => {
    const row = summaryOf(taskWith(LONG));
    expect(row.message).toBe('🚀'.repeat(MAX_SUMMARY_CHARACTERS));
    expect(row.truncated).toEqual(['message']);
    expect(row.message?.isWellFormed()).toBe(true);
  });

  it('has texts that fit whole, and says nothing', () => {
    const message = '🚀'.repeat(MAX_SUMMARY_CHARACTERS);
    const row = summaryOf({ ...taskWith(message), project_id: 1 });
    expect(row).toMatchObject({ message, project_id: 1 });
    expect(row).not.toHaveProperty('truncated');
    taskSummarySchema.strict().parse(row);
  });

  it('has none of what may be large', () => {
    expect(Object.keys(summaryOf(taskWith('m')))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(result|stack_trace|metadata|metadata_truncated)$/)]),
    );
  });

  it.each<[string, string, Parameters<typeof story>[number]]>([
    ['a report without a message', LONG, [STATUS, { data: { status: 's' } }]],
    ['a short message', LONG, [STATUS, { data: { status: 's', message: 'm' } }]],
    [
      'the very text that was shown',
      LONG,
      [STATUS, { data: { message: '🚀'.repeat(MAX_SUMMARY_CHARACTERS) } }],
    ],
    ['a long error', 'm', [FAIL, { data: { error_type: 'E', error_message: LONG } }]],
    ['a start', LONG, [START]],
  ])('is the same folded as fetched, after %s', (_, message, report) => {
    const events = story([START], [STATUS, { data: { status: 's', message } }], report);
    const before = fold(events.slice(0, 2)) as TaskState;
    const folded = evolve(stateOfSummary(summaryOf(before)), events[2] as never);
    expect(summaryOf(folded)).toEqual(summaryOf(fold(events) as TaskState));
  });
});
