import { describe, expect, it } from 'vitest';
import { PROBLEMS, type ProblemCode, problem, problemSchema } from './index.js';

describe('a problem document', () => {
  it.each(Object.keys(PROBLEMS) as ProblemCode[])('of %s has the form that RFC 9457 gives it', (code) => {
    const document = problem(code, 'What is wrong.', 'request-1');
    expect(problemSchema.strict().parse(document)).toEqual({
      type: `urn:agent-task-tracker:problem:${code}`,
      title: PROBLEMS[code].title,
      status: PROBLEMS[code].status,
      detail: 'What is wrong.',
      code,
      request_id: 'request-1',
    });
    expect(PROBLEMS[code].status).toBeGreaterThanOrEqual(400);
    expect(PROBLEMS[code].status).toBeLessThan(600);
  });

  it('points at the wrong fields, if there are any', () => {
    const errors = [{ pointer: '/progress', detail: 'must be a number' }];
    expect(problem('invalid_body', 'x', 'r', errors).errors).toEqual(errors);
    expect(problem('invalid_body', 'x', 'r', [])).not.toHaveProperty('errors');
  });

  it('has a title of its own for each code', () => {
    const titles = Object.values(PROBLEMS).map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });
});
