/** Command `att topic tail`: the topic's events as NDJSON, as they come. */
import { ConfigError, type KafkaConfig, readConfig } from '@att/platform/config';
import { decodeMessage, type FoundMessage, findOffsets, followTopic } from '@att/platform/event-topic';
import { createKafka } from '@att/platform/kafka';
import { createLogger, type Logger } from '@att/platform/logging';
import { printable } from '../print/controls.js';
import { eventLine } from '../print/event-line.js';
import { printText, stopWithReader } from '../print/print.js';

export async function tailTopic({ fromBeginning }: { fromBeginning: boolean }): Promise<void> {
  const config = kafkaOf(readConfig());
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  process.once('SIGTERM', () => stopping.abort());
  stopWithReader(stopping);
  const client = (log: Logger) => createKafka({ config, name: 'att-topic-tail', log });
  const silent = createLogger('silent');
  const offsets = await findOffsets(client(silent), config, fromBeginning ? 'beginning' : 'end');
  const log = createLogger('warn');
  await followTopic({
    kafka: client(log),
    log,
    topic: config.topic.name,
    offsets,
    signal: stopping.signal,
    take: (messages) => printText(messages.map(asLine).join('')),
  });
  // The library goes on trying to reach brokers that are away.
  process.exit(0);
}

function kafkaOf({ kafka }: { kafka: KafkaConfig | undefined }): KafkaConfig {
  if (kafka !== undefined) return kafka;
  throw new ConfigError(
    'KAFKA_BROKERS is not set: give the brokers that have the topic, such as kafka-1:9092',
  );
}

/** Line of a message as `att events tail` prints its event; other producers' messages are named on standard error. */
function asLine({ partition, offset, value }: FoundMessage): string {
  try {
    const { event, hasData } = decodeMessage(value ?? Buffer.of());
    return eventLine(event, hasData);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // The reason may quote the message.
    process.stderr.write(
      `${printable(`att: offset ${offset} of partition ${partition} is no event: ${reason}`)}\n`,
    );
    return '';
  }
}
