import { describe, expect, it } from 'vitest';
import { parseParameters } from './parameters.js';

describe('the parameters of a socket', () => {
  it('are all optional', () => {
    expect(parseParameters('')).toEqual({ project: undefined, after: undefined, epoch: undefined });
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

  it.each(['', '-1', '1.5', '1e3', 'abc', ' 1', '0x10', '9007199254740992', '٣'])(
    'refuses after=%s',
    (after) => {
      expect(() => parseParameters(`after=${encodeURIComponent(after)}`)).toThrow(
        /^after must be a whole number/,
      );
    },
  );

  it.each([
    ['project=', /^project must not be empty/],
    ['epoch=', /^epoch must not be empty/],
    [`project=${'x'.repeat(201)}`, /^project must not be longer than 200/],
    ['after=1&after=1', /^after is given twice/],
    ['api_key=a&api_key=b', /^api_key is given twice/],
    ['speed=4', /^speed is not supported yet/],
    ['Project=a', /^Project is not a parameter/],
    [`${'x'.repeat(500)}=1`, /^x{40} is not a parameter/],
  ])('refuses %s', (search, message) => {
    expect(() => parseParameters(search)).toThrow(
      expect.objectContaining({ code: 'badParameter', message: expect.stringMatching(message) }),
    );
  });
});
