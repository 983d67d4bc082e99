import type { Kafka } from 'kafkajs';
import { ConfigError, type KafkaConfig } from '../config/index.js';
import { BrokersError, disconnectInTime, isProtocolError } from '../kafka/index.js';
import { withTimeLimit } from '../time/index.js';

/** Offset of the message that is to be read next, for each partition. */
export type Offsets = Map<number, string>;

/** Milliseconds that the brokers have to answer. */
const ANSWER_LIMIT = 5_000;

/**
 * Offsets of the topic's oldest messages, or of its end.
 *
 * @throws BrokersError where no broker answers within some seconds
 * @throws ConfigError where there is no such topic
 */
export async function findOffsets(
  kafka: Kafka,
  { brokers, topic: { name } }: KafkaConfig,
  from: 'beginning' | 'end',
): Promise<Offsets> {
  const admin = kafka.admin({ retry: { initialRetryTime: 200, retries: 3 } });
  const read = async () => {
    await admin.connect();
    return admin.fetchTopicOffsets(name);
  };
  try {
    const offsets = await withTimeLimit(ANSWER_LIMIT, read(), () => {
      throw new Error(`none answered within ${ANSWER_LIMIT / 1_000} s`);
    });
    return new Map(offsets.map(({ partition, low, high }) => [partition, from === 'end' ? high : low]));
  } catch (error) {
    if (isProtocolError(error, 'UNKNOWN_TOPIC_OR_PARTITION')) throw noTopic(name);
    throw new BrokersError(brokers, error instanceof Error ? error.message : String(error));
  } finally {
    await disconnectInTime(admin);
  }
}

const noTopic = (name: string) =>
  new ConfigError(
    `there is no topic ${name} at the brokers of KAFKA_BROKERS: ingest makes it when it starts, and KAFKA_TOPIC is its name`,
  );
