import type { BuildProgress } from '@att/contracts';
import { expect, it } from 'vitest';
import { buildEstimateAt } from './build-estimate';

const NOW = Date.parse('2026-01-31T12:00:00.000Z');
const PROGRESS: BuildProgress = {
  projection: 'tasks',
  stage: 'filling',
  position: 400,
  head: 1_000,
  rate: 10,
  eta_seconds: 60,
  expected_at: '2026-01-31T12:01:00.000Z',
};

it.each([
  ['as the server reported it', 0, 400, 60],
  ['half a minute later', 30_000, 700, 30],
  ['when it should be done', 60_000, 1_000, 0],
  ['long after', 600_000, 1_000, 0],
  ['before, by a clock that is not right yet', -600_000, 400, 660],
])('%s', (_, passed, position, secondsLeft) => {
  const estimate = buildEstimateAt(PROGRESS, NOW + passed);
  expect(estimate).toEqual({ position, head: 1_000, part: position / 1_000, secondsLeft });
});

it('has no end where the server knows none', () => {
  const unknown = { ...PROGRESS, rate: null, eta_seconds: null, expected_at: null };
  expect(buildEstimateAt(unknown, NOW + 30_000)).toMatchObject({ position: 400, secondsLeft: undefined });
  expect(buildEstimateAt({ ...unknown, position: 0, head: 0 }, NOW)).toMatchObject({ part: 0 });
});
