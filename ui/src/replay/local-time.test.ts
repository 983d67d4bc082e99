import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { instantOf, instantsOf, localInput, type OffsetAt, offsetName, wholeSecond } from './local-time';

afterEach(() => void vi.unstubAllEnvs());

/** Offset by the runtime's time zone data, independent of the time zone of this computer. */
function offsetOf(timeZone: string): OffsetAt {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instant) => {
    const field = Object.fromEntries(
      parts.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = field;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1_000) * 1_000;
  };
}

const berlin = offsetOf('Europe/Berlin');
const newYork = offsetOf('America/New_York');
const lordHowe = offsetOf('Australia/Lord_Howe');
const at = (time: string) => Date.parse(time);

describe('an hour that repeats', () => {
  it.each<[string, OffsetAt, string, string[], string[]]>([
    [
      'Berlin',
      berlin,
      '2026-10-25T02:30:00',
      ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'],
      ['UTC+2', 'UTC+1'],
    ],
    [
      'New York',
      newYork,
      '2026-11-01T01:59:59',
      ['2026-11-01T05:59:59Z', '2026-11-01T06:59:59Z'],
      ['UTC-4', 'UTC-5'],
    ],
    [
      'Lord Howe, half an hour',
      lordHowe,
      '2026-04-05T01:45:00',
      ['2026-04-04T14:45:00Z', '2026-04-04T15:15:00Z'],
      ['UTC+11', 'UTC+10:30'],
    ],
  ])('%s', (_, offsetAt, text, times, names) => {
    const instants = instantsOf(text, offsetAt);
    expect(instants).toEqual(times.map(at));
    expect(instants.map((instant) => offsetName(instant, offsetAt))).toEqual(names);
    for (const instant of instants) {
      expect(localInput(instant, offsetAt)).toBe(text);
      expect(instantOf(text, instant, offsetAt)).toBe(instant);
    }
    expect(instantOf(text, undefined, offsetAt)).toBe(instants[0]);
  });

  it('goes on in the same of the two while a field is typed in', () => {
    const second = at('2026-10-25T01:30:00Z');
    expect(instantOf('2026-10-25T02:45:00', second, berlin)).toBe(at('2026-10-25T01:45:00Z'));
    expect(instantOf('2026-10-25T03:00:00', second, berlin)).toBe(at('2026-10-25T02:00:00Z'));
    expect(instantOf('2026-10-25T02:00:00', second, berlin)).toBe(at('2026-10-25T01:00:00Z'));
  });
});

it.each<[string, OffsetAt, string, string]>([
  ['Berlin', berlin, '2026-03-29T02:30:00', '2026-03-29T01:30:00Z'],
  ['New York', newYork, '2026-03-08T02:30:00', '2026-03-08T07:30:00Z'],
  ['Lord Howe', lordHowe, '2026-10-04T02:15:00', '2026-10-03T15:45:00Z'],
])('an hour that is skipped, in %s, goes on after the skip', (_, offsetAt, text, time) => {
  expect(instantsOf(text, offsetAt)).toEqual([]);
  const instant = instantOf(text, undefined, offsetAt) as number;
  expect(instant).toBe(at(time));
  expect(localInput(instant, offsetAt) > text).toBe(true);
});

const DAYS_OF_CHANGE = [
  '2011-12-29',
  '2026-03-08',
  '2026-03-29',
  '2026-04-05',
  '2026-10-04',
  '2026-10-25',
  '2026-11-01',
];

function minutesAround(day: string): number[] {
  return Array.from({ length: 2 * 1_440 }, (_, minute) => at(`${day}T00:00:00Z`) + (minute - 720) * 60_000);
}

function comesBack(instant: number): boolean {
  const text = localInput(instant);
  return instantOf(text, instant) === instant && instantsOf(text).includes(instant);
}

it.each([
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Africa/Casablanca',
  'Pacific/Apia',
  'Pacific/Kiritimati',
  'UTC',
])('every second of %s comes back from its field', (zone) => {
  vi.stubEnv('TZ', zone);
  const offsetAt = offsetOf(zone);
  const seconds = fc.integer({
    min: at('2011-12-25T00:00:00Z') / 1_000,
    max: at('2038-12-31T00:00:00Z') / 1_000,
  });
  fc.assert(
    fc.property(seconds, (second) => {
      const instant = second * 1_000;
      expect(comesBack(instant)).toBe(true);
      expect(localInput(instant)).toBe(localInput(instant, offsetAt));
    }),
    { numRuns: 300 },
  );
  expect(DAYS_OF_CHANGE.flatMap(minutesAround).filter((instant) => !comesBack(instant))).toEqual([]);
});

it('an empty field stands for no time, and one without seconds for the whole minute', () => {
  expect([localInput(undefined), instantOf('', 0), instantOf('nonsense', 0)]).toEqual([
    '',
    undefined,
    undefined,
  ]);
  expect(instantOf('2026-07-01T12:30', undefined, berlin)).toBe(at('2026-07-01T10:30:00Z'));
});

it('a field holds whole seconds', () => {
  expect([wholeSecond(1_001, 'down'), wholeSecond(1_001, 'up'), wholeSecond(2_000, 'up')]).toEqual([
    1_000, 2_000, 2_000,
  ]);
});
