/** The topic in the AsyncAPI document, with the bindings of Kafka. */
import { EVENTS_TOPIC, TOPIC_CONTENT_TYPE, topicMessage, topicMessageKey } from '@att/contracts';
import type { MessageObject, Operation, Reference } from './asyncapi-objects.js';
import { draft7, type JsonSchema } from './json-schema.js';

const BINDING_VERSION = '0.5.0';

export interface KafkaChannel {
  address: string;
  description: string;
  servers: Reference[];
  messages: Record<string, Reference>;
  bindings: {
    kafka: { topicConfiguration: { 'cleanup.policy': ['delete'] }; bindingVersion: typeof BINDING_VERSION };
  };
}

export interface KafkaMessage extends MessageObject {
  contentType: string;
  headers: JsonSchema;
  bindings: { kafka: { key: JsonSchema; bindingVersion: typeof BINDING_VERSION } };
}

const DESCRIPTION = `The whole log, where KAFKA_BROKERS is set (KAFKA_TOPIC may give the topic another name). Events of a task are in one
partition, in order; across partitions the order is that of \`position\`, which is gapless. A message may be sent again, with the same \`id\`.
docs/topic.md says how to read it.`;

export function kafkaServer() {
  return {
    host: '{brokers}',
    protocol: 'kafka',
    variables: { brokers: { default: 'localhost:9092', description: 'As in KAFKA_BROKERS' } },
  };
}

export function topicChannel(): KafkaChannel {
  return {
    address: EVENTS_TOPIC,
    description: DESCRIPTION,
    servers: [{ $ref: '#/servers/kafka' }],
    messages: { log_event: { $ref: '#/components/messages/log_event' } },
    bindings: {
      kafka: { topicConfiguration: { 'cleanup.policy': ['delete'] }, bindingVersion: BINDING_VERSION },
    },
  };
}

export function publishOperation(): Operation {
  return {
    action: 'send',
    channel: { $ref: '#/channels/topic' },
    summary: 'Every event of the log, once it is committed',
    messages: [{ $ref: '#/channels/topic/messages/log_event' }],
  };
}

export function topicMessageObject(): KafkaMessage {
  return {
    name: 'log_event',
    summary: 'An event of the log: a CloudEvent 1.0 in structured mode',
    contentType: TOPIC_CONTENT_TYPE,
    headers: {
      type: 'object',
      required: ['content-type'],
      properties: { 'content-type': { const: TOPIC_CONTENT_TYPE } },
    },
    payload: draft7(topicMessage, 'output'),
    bindings: { kafka: { key: draft7(topicMessageKey, 'output'), bindingVersion: BINDING_VERSION } },
  };
}
