import { expect, it } from 'vitest';
import { type ReplayAddress, readAddress, replayHref } from './address';

const WHOLE: ReplayAddress = {
  scope: { project: undefined, taskId: undefined },
  from: undefined,
  to: undefined,
  speed: 8,
  maxGap: 2_000,
  at: undefined,
};
const TIMES = { from: '2026-01-31T12:00:00.000Z', to: '2026-01-31T13:00:00.000Z' };

it.each<[string, Partial<ReplayAddress>]>([
  ['/replay', {}],
  [
    '/replay?project=a%2Fb&task=%D0%B7%D0%B0%D0%B4%D0%B0%D1%87%D0%B0',
    { scope: { project: 'a/b', taskId: 'задача' } },
  ],
  ['/replay?from=2026-01-31T12%3A00%3A00.000Z&to=2026-01-31T13%3A00%3A00.000Z', TIMES],
  ['/replay?speed=0.5&max_gap=off&at=0', { speed: 0.5, maxGap: undefined, at: 0 }],
  ['/replay?speed=max&max_gap=500ms&at=42', { speed: 'max', maxGap: 500, at: 42 }],
])('%s is the address of a replay, and is read again', (href, part) => {
  const address = { ...WHOLE, ...part };
  expect(replayHref(address)).toBe(href);
  expect(readAddress(href.slice('/replay'.length))).toEqual({ address });
});

it.each([
  ['?speed=99', 'speed', 'must be a number from 0.5 to 64, or max'],
  ['?max_gap=long', 'max_gap', 'must be a time from 1ms to 86400s, such as 500ms or 2s'],
  ['?at=now', 'at', 'must be a whole number from 0 to 9007199254740991'],
  ['?from=yesterday', 'from', 'must be an RFC 3339 time, such as 2026-01-31T12:00:00Z'],
  [`?from=${TIMES.to}&to=${TIMES.from}`, 'to', 'must not be earlier than from'],
  ['?task=t', 'task', 'needs project'],
  ['?pace=2', 'pace', 'is not a parameter of this page'],
])('%s is refused, and says what is wrong', (search, name, why) => {
  expect(readAddress(search)).toEqual({ wrong: [{ name, why }] });
});
