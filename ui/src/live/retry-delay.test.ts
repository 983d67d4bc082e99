import { problem } from '@att/contracts';
import { expect, it } from 'vitest';
import { ApiProblem, ServerUnreachable } from '../api/errors';
import { retryDelay } from './retry-delay';

const progress = {
  projection: 'tasks',
  stage: 'filling',
  position: 1,
  head: 2,
  rate: 1,
  eta_seconds: 1,
  expected_at: '2026-01-31T12:00:00.000Z',
};

it.each<[string, unknown, number, number]>([
  ['a server that is away, the first time', new ServerUnreachable(undefined), 0, 500],
  ['a server that is away for long', new ServerUnreachable(undefined), 9, 15_000],
  [
    'a limit of the key, until it begins anew',
    new ApiProblem(problem('rate_limited', '', 'r'), 42),
    0,
    42_500,
  ],
  ['what the server asks for', new ApiProblem(problem('projection_behind', '', 'r'), 7), 0, 7_500],
  [
    'a build, as often as it takes',
    new ApiProblem(problem('projection_behind', '', 'r', [], progress), 60),
    9,
    60_500,
  ],
])('%s', (_, error, failures, ms) => {
  expect(retryDelay(error, failures, 0.5)).toBe(ms);
});
