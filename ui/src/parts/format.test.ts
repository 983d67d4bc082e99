import { describe, expect, it } from 'vitest';
import { firstReport } from './first-report';
import { age, duration, pretty, progress } from './format';
import { statusKind } from './status-kind';

const NOW = Date.parse('2026-01-31T12:00:00.000Z');

// The very words are those of the runtime's language data, which differ between versions.
it.each<[string, RegExp]>([
  ['2026-01-31T12:00:05.000Z', /^now$/],
  ['2026-01-31T11:59:59.000Z', /^now$/],
  ['2026-01-31T11:59:57.000Z', /^3 ?s/],
  ['2026-01-31T11:58:01.000Z', /^1 ?m/],
  ['2026-01-31T09:59:59.000Z', /^2 ?h/],
  ['2026-01-28T11:00:00.000Z', /^3 ?d/],
])('the age of %s is %s', (time, words) => {
  expect(age(time, NOW)).toMatch(words);
});

it.each([
  [0, '0 s'],
  [0.04, '0 s'],
  [1.26, '1.3 s'],
  [9.96, '10 s'],
  [59.7, '60 s'],
  [60, '1 m'],
  [200, '3 m 20 s'],
  [3_599.9, '1 h'],
  [7_500, '2 h 5 m'],
  [360_000, '4 d 4 h'],
])('%d seconds are %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

it('progress keeps what the agent sent', () => {
  expect([progress(0), progress(33.33), progress(100)]).toEqual(['0%', '33.3%', '100%']);
});

it('text is shown as it is, JSON with indents', () => {
  expect(pretty('Готово\nok')).toBe('Готово\nok');
  expect(pretty({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}');
});

describe('the look of a status', () => {
  const ended = '2026-01-31T12:00:00.000Z';
  it.each([
    ['running', null, 'running'],
    ['Waiting', null, 'waiting'],
    ['reviewing', null, 'running'],
    ['completed', ended, 'completed'],
    ['failed', ended, 'failed'],
    ['cancelled', ended, 'cancelled'],
  ])('%s, ended %s: %s', (status, finished_at, kind) => {
    expect(statusKind({ status, finished_at })).toBe(kind);
  });
});

describe('the first report', () => {
  it('goes to this server, with the key of the shell', () => {
    const command = firstReport('https://tracker.example');
    expect(command).toContain('https://tracker.example/webhook/start');
    expect(command).toContain('"X-API-Key: $API_KEY"');
  });

  it('quotes a key for the shell', () => {
    expect(firstReport('http://h', "a'$b")).toContain(`'X-API-Key: a'\\''$b'`);
  });
});
