import type { KafkaMessage } from 'kafkajs';
import { decodeMessage, type TopicMessage } from '../../event-topic/index.js';
import type { Logger } from '../../logging/index.js';

/** Takes messages apart; those that are not ours are passed over, with one warning for each decoder. */
export function createDecoder(log: Logger): (messages: readonly KafkaMessage[]) => TopicMessage[] {
  let hasWarned = false;
  const warn = (offset: string, error: Error) => {
    if (hasWarned) return;
    hasWarned = true;
    log.warn({ offset, reason: error.message }, 'the topic has messages that are not ours');
  };
  return (messages) => {
    const decoded: TopicMessage[] = [];
    for (const { value, offset } of messages) {
      try {
        if (value !== null) decoded.push(decodeMessage(value));
      } catch (error) {
        warn(offset, error as Error);
      }
    }
    return decoded;
  };
}
