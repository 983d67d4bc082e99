import { problem } from '@att/contracts';
import { expect, it } from 'vitest';
import { ApiProblem, isPassing, ServerUnreachable, UnexpectedAnswer } from './errors';

it.each<[string, unknown, boolean]>([
  ['no answer', new ServerUnreachable(undefined), true],
  ['a server that cannot now', new ApiProblem(problem('database_unavailable', '', 'r'), 1), true],
  ['a key that has reached its limit', new ApiProblem(problem('rate_limited', '', 'r'), 42), true],
  ['a proxy with a limit of its own', new UnexpectedAnswer(429, 'slow down'), true],
  ['a wrong parameter', new ApiProblem(problem('invalid_parameter', '', 'r'), null), false],
  ['a bug', new TypeError('no'), false],
])('%s may pass by itself: %#', (_, error, passes) => {
  expect(isPassing(error)).toBe(passes);
});
