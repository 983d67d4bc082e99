/** Refusals of the brokers that the configuration is to blame for: waiting would not help. */
import { ConfigError, type TopicConfig } from '../config/index.js';
import { isProtocolError, type ProtocolErrorType } from '../kafka/index.js';

/** The library's answer to a name, a password or a mechanism that is wrong. */
const LOGIN_ERROR = 'KafkaJSSASLAuthenticationError';
const LOGIN: ProtocolErrorType[] = ['SASL_AUTHENTICATION_FAILED', 'UNSUPPORTED_SASL_MECHANISM'];
const RIGHTS: ProtocolErrorType[] = ['TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED'];

/** @returns the error that says what to change; undefined for one that may pass */
export function refusalOf(error: unknown, { name, replication }: TopicConfig): ConfigError | undefined {
  const is = (types: readonly ProtocolErrorType[]) => types.some((type) => isProtocolError(error, type));
  const { name: ownName, cause } = error as Error;
  if (is(LOGIN) || [ownName, (cause as Error | undefined)?.name].includes(LOGIN_ERROR)) {
    return new ConfigError(
      'the brokers of KAFKA_BROKERS refuse the login: check KAFKA_SASL_MECHANISM, KAFKA_USERNAME and KAFKA_PASSWORD',
    );
  }
  if (is(['ILLEGAL_SASL_STATE'])) {
    return new ConfigError(
      'the brokers of KAFKA_BROKERS take no login at these ports: name others, or leave KAFKA_SASL_MECHANISM, KAFKA_USERNAME and KAFKA_PASSWORD out',
    );
  }
  if (is(RIGHTS)) {
    return new ConfigError(
      `the brokers do not let KAFKA_USERNAME use the topic ${name}: grant it Describe, DescribeConfigs, Read and Write there, Create where it is absent, and Read and Delete on groups that begin with att-`,
    );
  }
  if (replication !== undefined && is(['INVALID_REPLICATION_FACTOR'])) {
    return new ConfigError(
      `the topic ${name} cannot be made: KAFKA_REPLICATION is ${replication}, and there are fewer brokers than that. Start more of them, or lower it`,
    );
  }
  return undefined;
}
