import { expect, it } from 'vitest';
import { ConfigError, type TopicConfig } from '../config/index.js';
import { refusalOf } from './refusal.js';

const config: TopicConfig = { name: 'events', partitions: 6, replication: 3, retentionHours: 168 };

/** An error as the library has it: alone, as a cause, or one of several. */
const shapesOf = (type: string): Error[] => [
  Object.assign(new Error('refused'), { type }),
  new Error('gave up', { cause: Object.assign(new Error('refused'), { type }) }),
  Object.assign(new Error('Topic creation errors'), {
    errors: [Object.assign(new Error('refused'), { type })],
  }),
];

it.each([
  ['SASL_AUTHENTICATION_FAILED', 'check KAFKA_SASL_MECHANISM, KAFKA_USERNAME and KAFKA_PASSWORD'],
  ['UNSUPPORTED_SASL_MECHANISM', 'check KAFKA_SASL_MECHANISM, KAFKA_USERNAME and KAFKA_PASSWORD'],
  ['ILLEGAL_SASL_STATE', 'leave KAFKA_SASL_MECHANISM, KAFKA_USERNAME and KAFKA_PASSWORD out'],
  ['TOPIC_AUTHORIZATION_FAILED', 'do not let KAFKA_USERNAME use the topic events: grant it'],
  ['CLUSTER_AUTHORIZATION_FAILED', 'do not let KAFKA_USERNAME use the topic events: grant it'],
  ['INVALID_REPLICATION_FACTOR', 'KAFKA_REPLICATION is 3, and there are fewer brokers than that'],
])('%s is the configuration’s, with what to change', (type, words) => {
  for (const error of shapesOf(type)) {
    const refusal = refusalOf(error, config);
    expect(refusal).toBeInstanceOf(ConfigError);
    expect(refusal?.message).toContain(words);
  }
});

it('a login that the library finds wrong by itself is one, too', () => {
  const error = Object.assign(new Error('SASL PLAIN: Invalid username or password'), {
    name: 'KafkaJSSASLAuthenticationError',
  });
  for (const thrown of [error, new Error('gave up', { cause: error })]) {
    expect(refusalOf(thrown, config)?.message).toContain('refuse the login');
  }
});

it('what may pass is none: brokers that are away, and fewer than there were a moment ago', () => {
  expect(refusalOf(new Error('connect ECONNREFUSED'), config)).toBeUndefined();
  for (const error of shapesOf('INVALID_REPLICATION_FACTOR')) {
    expect(refusalOf(error, { ...config, replication: undefined })).toBeUndefined();
  }
});
