import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../config/config-error.js';
import { addressOf, connectionOptions } from './connection-options.js';

describe('the options of the client', () => {
  it.each([
    ['redis://cache', { host: 'cache', port: 6379, db: 0 }],
    ['redis://cache/', { host: 'cache', port: 6379, db: 0 }],
    ['redis://[::1]:6380/15', { host: '::1', port: 6380, db: 15 }],
    ['redis://:p%40ss%20%C3%A4@cache', { host: 'cache', password: 'p@ss ä' }],
    ['redis://att:p@cache', { username: 'att', password: 'p' }],
    ['rediss://cache.example', { tls: { servername: 'cache.example' } }],
    ['rediss://127.0.0.1:6380', { port: 6380, tls: {} }],
  ])('of %s', (url, options) => {
    expect(connectionOptions(url)).toMatchObject(options);
  });

  it('have no user, no password and no TLS where the URL has none', () => {
    const options = connectionOptions('redis://cache');
    for (const name of ['username', 'password', 'tls']) expect(options).not.toHaveProperty(name);
  });

  it('never let a command wait for a connection, nor be sent again', () => {
    expect(connectionOptions('redis://cache')).toMatchObject({
      commandTimeout: 500,
      socketTimeout: 500,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
    });
  });

  it('try to connect for ever, ever more rarely up to two seconds', () => {
    const { retryStrategy } = connectionOptions('redis://cache');
    for (const times of [1, 5, 1_000]) expect(retryStrategy(times)).toBeGreaterThan(0);
    expect(retryStrategy(1)).toBeLessThanOrEqual(100);
    expect(retryStrategy(1_000_000)).toBeGreaterThanOrEqual(1_000);
    expect(retryStrategy(1_000_000)).toBeLessThanOrEqual(2_000);
  });

  it('name the variable of a file that cannot be read', () => {
    const make = () => connectionOptions('rediss://cache', '/nowhere/ca.pem');
    expect(make).toThrow(ConfigError);
    expect(make).toThrow('REDIS_TLS_CA_FILE /nowhere/ca.pem cannot be read (ENOENT)');
  });
});

it.each([
  ['redis://cache', 'cache'],
  ['redis://cache/', 'cache'],
  ['rediss://att:secret@cache:6380/2', 'cache:6380/2'],
  ['redis://:secret@[::1]:6379', '[::1]:6379'],
])('the address for people of %s has neither user nor password', (url, address) => {
  expect(addressOf(url)).toBe(address);
});
