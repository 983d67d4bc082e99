import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from './index.js';

function refusal(env: NodeJS.ProcessEnv): string {
  try {
    readConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  throw new Error('the configuration was taken');
}

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      port: 8000,
      host: '127.0.0.1',
      apiKey: undefined,
      dataDirectory: resolve('./.data'),
      databaseUrl: undefined,
      serverUrl: 'http://127.0.0.1:8000',
      logLevel: 'info',
    });
  });

  it('takes what is set', () => {
    const env = {
      PORT: '0',
      HOST: '0.0.0.0',
      API_KEY: 'k'.repeat(16),
      DATA_DIR: '/var/lib/att',
      DATABASE_URL: 'postgresql://u:p@db/att',
      ATT_URL: 'https://att.example',
      LOG_LEVEL: 'debug',
    };
    expect(readConfig(env)).toMatchObject({
      port: 0,
      host: '0.0.0.0',
      apiKey: env.API_KEY,
      dataDirectory: '/var/lib/att',
      databaseUrl: env.DATABASE_URL,
      serverUrl: env.ATT_URL,
      logLevel: 'debug',
    });
  });

  it('names no server beside the database unless it is told of one', () => {
    expect(readConfig({})).toMatchObject({
      kafka: undefined,
      redisUrl: undefined,
      databaseReadUrl: undefined,
    });
    expect(readConfig({ KAFKA_PARTITIONS: '3' }).kafka).toBeUndefined();
  });

  it('says how the servers beside the database are reached', () => {
    const env = {
      DATABASE_READ_URL: 'postgres://u:p@replica/att',
      REDIS_URL: 'rediss://:p@cache:6380/2',
      KAFKA_BROKERS: 'kafka-1:9092, [::1]:9093',
      KAFKA_TLS: 'on',
      KAFKA_TLS_CA_FILE: '/etc/ca.pem',
      KAFKA_SASL_MECHANISM: 'scram-sha-256',
      KAFKA_USERNAME: 'att',
      KAFKA_PASSWORD: 'secret',
      KAFKA_PARTITIONS: '12',
      KAFKA_REPLICATION: '3',
      KAFKA_RETENTION_HOURS: '24',
    };
    expect(readConfig(env)).toMatchObject({
      databaseReadUrl: env.DATABASE_READ_URL,
      redisUrl: env.REDIS_URL,
      kafka: {
        brokers: ['kafka-1:9092', '[::1]:9093'],
        tls: { caFile: '/etc/ca.pem' },
        sasl: { mechanism: 'scram-sha-256', username: 'att', password: 'secret' },
        topic: { name: 'att.events.v1', partitions: 12, replication: 3, retentionHours: 24 },
      },
    });
    expect(readConfig({ KAFKA_BROKERS: 'kafka:9092' }).kafka).toEqual({
      brokers: ['kafka:9092'],
      tls: undefined,
      sasl: undefined,
      topic: { name: 'att.events.v1', partitions: 6, replication: undefined, retentionHours: 168 },
    });
  });

  it.each([
    [{ KAFKA_USERNAME: 'att', KAFKA_PASSWORD: 'hunter2' }, 'KAFKA_SASL_MECHANISM, KAFKA_USERNAME and'],
    [{ KAFKA_SASL_MECHANISM: 'plain' }, 'KAFKA_SASL_MECHANISM, KAFKA_USERNAME and'],
    [{ KAFKA_TLS_CA_FILE: '/etc/ca.pem' }, 'KAFKA_TLS_CA_FILE has no use'],
    [{ REDIS_TLS_CA_FILE: '/etc/ca.pem' }, 'REDIS_TLS_CA_FILE has no use'],
    [{ REDIS_TLS_CA_FILE: '/etc/ca.pem', REDIS_URL: 'redis://:hunter2@cache' }, 'begins with rediss://'],
  ])('refuses %j, which does not fit together', (env, words) => {
    expect(refusal(env)).toContain(words);
    expect(refusal(env)).not.toContain('hunter2');
  });

  it('limits no key unless it is told to', () => {
    expect(readConfig({}).rateLimits).toEqual({ webhooks: undefined, reads: undefined });
    expect(refusal({ RATE_LIMIT_READS: '0' })).toContain('RATE_LIMIT_READS must be a whole number from 1');
    expect(readConfig({ RATE_LIMIT_WEBHOOKS: '60000', RATE_LIMIT_READS: '1' }).rateLimits).toEqual({
      webhooks: 60_000,
      reads: 1,
    });
  });

  it.each(['redis://cache', 'redis://cache/', 'redis://[::1]:6380/15', 'rediss://att:p%40ss@cache:6379/0'])(
    'takes %s for a Redis',
    (REDIS_URL) => {
      expect(readConfig({ REDIS_URL }).redisUrl).toBe(REDIS_URL);
    },
  );

  it('says how it is reached', () => {
    expect(
      readConfig({
        BASE_PATH: '/att/',
        ALLOWED_HOSTS: 'Att.example, *.att.example:8443,[::1]:8000',
        CORS_ORIGINS: 'https://board.example,http://localhost:3000',
        METRICS_ACCESS: 'key',
      }),
    ).toMatchObject({
      basePath: '/att',
      allowedHosts: ['att.example', '*.att.example:8443', '[::1]:8000'],
      corsOrigins: ['https://board.example', 'http://localhost:3000'],
      keyed: { metrics: true, docs: false },
    });
  });

  it.each([
    ['127.0.0.1', []],
    ['localhost', []],
    ['::1', []],
    ['0.0.0.0', undefined],
    ['10.0.0.7', undefined],
  ])('bound to %s it answers for %j beside its own names', (HOST, allowedHosts) => {
    expect(readConfig({ HOST }).allowedHosts).toEqual(allowedHosts);
  });

  it('counts a variable that is set to nothing as absent', () => {
    expect(readConfig({ PORT: '', API_KEY: '', DATABASE_URL: '', LOG_LEVEL: '' })).toEqual(readConfig({}));
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80a'],
    ['PORT', '8000 '],
    ['PORT', '1e3'],
    ['BASE_PATH', 'tracker'],
    ['BASE_PATH', '/a b'],
    ['BASE_PATH', '/webhook'],
    ['BASE_PATH', '/docs/att'],
    ['ALLOWED_HOSTS', 'https://att.example'],
    ['ALLOWED_HOSTS', 'att.example/att'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://board.example/'],
    ['CORS_ORIGINS', 'my.board'],
    ['METRICS_ACCESS', 'yes'],
    ['DOCS_ACCESS', 'closed'],
    ['API_KEY', 'short-secret'],
    ['API_KEY', ' a-key-with-a-blank-before'],
    ['API_KEY', 'a-key-with-a-line-end\n'],
    ['API_KEY', 'a-key-with-a\ttab-inside'],
    ['API_KEY', 'pässwörter-ключ-日本'],
    ['ATT_URL', 'http://a:99999'],
    ['ATT_URL', 'nonsense'],
    ['BASE_PATH', '/a/../b'],
    ['CORS_ORIGINS', 'https://x:99999'],
    ['ALLOWED_HOSTS', 'a:99999'],
    ['DATABASE_URL', 'mysql://root:hunter2@db/att'],
    ['ATT_URL', 'ftp://att.example'],
    ['ATT_URL', 'att.example:8000'],
    ['ATT_URL', 'https://me:hunter2@att.example'],
    ['DATABASE_URL', 'hunter2'],
    ['LOG_LEVEL', 'chatty'],
    ['DATABASE_READ_URL', 'mysql://root:hunter2@db/att'],
    ['REDIS_URL', 'http://:hunter2@cache'],
    ['REDIS_URL', 'hunter2'],
    ['REDIS_URL', 'redis:///2'],
    ['REDIS_URL', 'redis://:hunter2@cache/two'],
    ['REDIS_URL', 'redis://:hunter2@cache/1/2'],
    ['REDIS_URL', 'redis://:hunter2@cache?family=6'],
    ['REDIS_URL', 'redis://:hunter2%@cache'],
    ['RATE_LIMIT_WEBHOOKS', '100/s'],
    ['RATE_LIMIT_READS', '-1'],
    ['RATE_LIMIT_READS', '1000000000'],
    ['KAFKA_BROKERS', 'broker-one'],
    ['KAFKA_BROKERS', 'kafka:9092,'],
    ['KAFKA_BROKERS', 'kafka:0'],
    ['KAFKA_BROKERS', 'kafka:99999'],
    ['KAFKA_BROKERS', 'kafka://hunter2@kafka:9092'],
    ['KAFKA_TLS', 'yes'],
    ['KAFKA_SASL_MECHANISM', 'gssapi'],
    ['KAFKA_TOPIC', 'our topic'],
    ['KAFKA_PARTITIONS', '1001'],
    ['KAFKA_REPLICATION', 'three'],
    ['KAFKA_RETENTION_HOURS', '-1'],
    ['DATABASE_URL', 'postgres://att:$' + '{PASSWORD}@db/att'],
    ['API_KEY', '$(openssl rand -hex 16)'],
    ['HOST', '$' + '{ADDRESS}'],
  ])('refuses %s=%s, names it, and does not repeat its value', (name, value) => {
    const message = refusal({ [name]: value });
    expect(message).toMatch(new RegExp(`^${name} must `));
    expect(message).not.toContain(value);
    expect(message).not.toContain('hunter2');
  });

  it.each([
    ['~', homedir()],
    ['~/att', `${homedir()}/att`],
    ['$HOME/att', `${homedir()}/att`],
    ['$' + '{HOME}/att', `${homedir()}/att`],
    ['%USERPROFILE%\\att', `${homedir()}\\att`],
    ['~somebody/att', 'the path that it stands for'],
    ['/srv/$USER/att', 'the path that it stands for'],
    ['%APPDATA%\\att', 'the path that it stands for'],
    ['~/$USER', 'the path that it stands for'],
  ])('refuses DATA_DIR=%s, and says what to write', (value, instead) => {
    expect(refusal({ DATA_DIR: value })).toMatch(/^DATA_DIR must not .*, which only a shell expands: write /);
    expect(refusal({ DATA_DIR: value }).endsWith(`write ${instead}`)).toBe(true);
  });

  it.each(['./a~', '/srv/~/x', '/srv/50%/a', '/srv/a$b', 'C:\\PROGRA~1\\att'])(
    'takes DATA_DIR=%s',
    (value) => {
      expect(readConfig({ DATA_DIR: value }).dataDirectory).toBe(resolve(value));
    },
  );

  it('names every variable that is wrong', () => {
    expect(refusal({ PORT: 'x', LOG_LEVEL: 'x' })).toMatch(/PORT must .*; LOG_LEVEL must /);
  });
});
