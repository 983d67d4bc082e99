/** Checks of answers against the contract. */
import { PROBLEMS, type Problem, type ProblemCode, problemSchema, ROUTES } from '@att/contracts';
import { expect } from 'vitest';
import type { z } from 'zod';
import type { Answer } from './query-world.js';

type Name = keyof typeof ROUTES;

/** Body of a successful answer, in the shape that the route table gives it. */
export function answered<N extends Name>(name: N, answer: Answer): z.output<(typeof ROUTES)[N]['response']> {
  expect(`${answer.status} ${answer.text.slice(0, 500)}`).toMatch(/^200 /);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(answer.headers.get('x-position')).toMatch(/^\d+$/);
  const parsed = ROUTES[name].response.parse(answer.body) as z.output<(typeof ROUTES)[N]['response']>;
  // Equal only if the body has no other fields: the schema leaves out what it does not know.
  expect(parsed).toEqual(answer.body);
  return parsed;
}

/** Problem document of a refusal. */
export function refused(answer: Answer, code: ProblemCode): Problem {
  expect(`${answer.status} ${answer.text}`).toMatch(new RegExp(`^${PROBLEMS[code].status} `));
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  const problem = problemSchema.strict().parse(answer.body);
  expect(problem).toMatchObject({ code, ...PROBLEMS[code] });
  return problem;
}

export const positionOf = (answer: Answer): number => Number(answer.headers.get('x-position'));
export const totalOf = (answer: Answer): number => Number(answer.headers.get('x-total-count'));
