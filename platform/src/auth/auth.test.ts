import { SCOPES } from '@att/contracts';
import { describe, expect, it } from 'vitest';
import { createAuthenticator, presentedKey } from './index.js';

const KEY = 'bootstrap-key-0123456789';

describe('the bootstrap key', () => {
  const authenticator = createAuthenticator(KEY);

  it('has all scopes, and a name that is not the key', () => {
    const principal = authenticator.authenticate(KEY);
    expect([...(principal?.scopes ?? [])]).toEqual([...SCOPES]);
    expect(principal?.actor).toBe('bootstrap');
  });

  it.each(['', KEY.slice(0, -1), `${KEY}0`, KEY.toUpperCase(), ` ${KEY}`, 'ключ'])('is not %j', (wrong) => {
    expect(authenticator.authenticate(wrong)).toBeUndefined();
  });
});

describe('the key that a request presents', () => {
  it.each([
    ['X-API-Key', { 'x-api-key': 'a' }, ''],
    ['a bearer token', { authorization: 'Bearer a' }, ''],
    ['a bearer token in any case and spacing', { authorization: 'bearer  a ' }, ''],
    ['a parameter', {}, 'limit=1&api_key=a'],
    ['X-API-Key before the others', { 'x-api-key': 'a', authorization: 'Bearer b' }, 'api_key=c'],
    ['a bearer token before the parameter', { authorization: 'Bearer a' }, 'api_key=c'],
    ['the parameter where Authorization is of another scheme', { authorization: 'Basic eDp5' }, 'api_key=a'],
  ])('is %s', (_, headers, search) => {
    expect(presentedKey(headers, search)).toBe('a');
  });

  it.each(['schlüssel-日本-à', 'clé'])('may be %s, sent as UTF-8, which Node reads as latin-1', (key) => {
    const asNodeHasIt = Buffer.from(key, 'utf8').toString('latin1');
    expect(presentedKey({ 'x-api-key': asNodeHasIt }, '')).toBe(key);
    expect(presentedKey({ authorization: `Bearer ${asNodeHasIt}` }, '')).toBe(key);
    expect(presentedKey({}, `api_key=${encodeURIComponent(key)}`)).toBe(key);
  });

  it('may be sent as latin-1, as browsers do', () => {
    expect(presentedKey({ 'x-api-key': 'clé' }, '')).toBe('clé');
  });

  it('is decoded where it is a parameter', () => {
    expect(presentedKey({}, 'api_key=a%2Bb')).toBe('a+b');
  });

  it.each([
    ['none', {}, ''],
    ['another scheme', { authorization: 'Basic eDp5' }, ''],
    ['a parameter that only ends alike', {}, 'my_api_key=a'],
  ])('is missing with %s', (_, headers, search) => {
    expect(presentedKey(headers, search)).toBeUndefined();
  });
});
