import { describe, expect, it } from 'vitest';
import { parseParameters } from './parameters.js';

describe('the parameters of a socket', () => {
  it('are all optional', () => {
    expect(parseParameters('')).toEqual({});
    expect(parseParameters('api_key=secret')).toEqual(parseParameters(''));
  });

  it('are decoded', () => {
    expect(
      parseParameters('project=a%2Fb%20%C3%A4&after=42&epoch=6F1C1F9E-0000-4000-8000-000000000000'),
    ).toEqual({
      project: 'a/b ä',
      after: 42,
      epoch: '6f1c1f9e-0000-4000-8000-000000000000',
    });
  });

  it.each([
    ['speed=0.5', { speed: 0.5 }],
    ['speed=64', { speed: 64 }],
    ['speed=1.25', { speed: 1.25 }],
    ['speed=max', { speed: 'max' }],
    ['until=9', { until: 9 }],
    ['until=7', { until: 7 }],
    ['speed=2&max_gap=2s', { speed: 2, max_gap: 2_000 }],
    ['speed=2&max_gap=0.5s', { speed: 2, max_gap: 500 }],
    ['speed=2&max_gap=250ms', { speed: 2, max_gap: 250 }],
  ])('may ask for a replay: %s', (search, asked) => {
    expect(parseParameters(`after=7&${search}`)).toEqual({ after: 7, ...asked });
  });

  it.each(['', '-1', '1.5', '1e3', 'abc', ' 1', '0x10', '9007199254740992', '٣'])(
    'refuses after=%s',
    (after) => {
      expect(() => parseParameters(`after=${encodeURIComponent(after)}`)).toThrow(
        /^after must be a whole number/,
      );
    },
  );

  it.each<[string, RegExp]>([
    ['project=', /^project must not be empty/],
    ['epoch=', /^epoch must not be empty/],
    [`project=${'x'.repeat(201)}`, /^project must not be longer than 200/],
    ['after=1&after=1', /^after is given twice/],
    ['api_key=a&api_key=b', /^api_key is given twice/],
    ['project=a%00b', /^project must not contain NUL/],
    ['project=%FF', /^project must be percent-encoded UTF-8$/],
    ['project=%ED%A0%80', /^project must be percent-encoded UTF-8$/],
    ['speed=4', /^speed needs after$/],
    ['until=4', /^until needs after$/],
    ['max_gap=2s', /^max_gap needs speed$/],
    ['after=5&until=4', /^until must not be smaller than after$/],
    ['after=5&until=x', /^until must be a whole number/],
    ...['', '0', '0.49', '64.01', '65', '-1', '1e1', 'MAX', 'fast', 'Infinity', '1x'].map(
      (speed): [string, RegExp] => [
        `after=1&speed=${speed}`,
        /^speed must be a number from 0.5 to 64, or max$/,
      ],
    ),
    ...['', '2', '0s', '-1s', '2 s', '2m', '0.5ms', '86401s', '2S'].map((gap): [string, RegExp] => [
      `after=1&speed=1&max_gap=${gap}`,
      /^max_gap must be a time from 1ms to 86400s/,
    ]),
    ['Project=a', /^Project is not a parameter/],
    [`${'x'.repeat(500)}=1`, /^x{40} is not a parameter/],
  ])('refuses %s', (search, message) => {
    expect(() => parseParameters(search)).toThrow(
      expect.objectContaining({ code: 'badParameter', message: expect.stringMatching(message) }),
    );
  });
});
