/** Variables of the Kafka API: where its brokers are, who we are there, and how our topic is made. */
import { EVENTS_TOPIC } from '@att/contracts';
import { z } from 'zod';
import { wholeNumber } from './whole-number.js';

export const KAFKA_VARIABLES = {
  KAFKA_BROKERS: z
    .string()
    .transform((text) => text.split(',').map((broker) => broker.trim()))
    .refine(
      (brokers) => brokers.every(isAddress),
      'must be hosts with ports and commas between, such as kafka-1:9092,kafka-2:9092',
    )
    .optional(),
  KAFKA_TLS: z.enum(['off', 'on'], { error: 'must be off or on' }).default('off'),
  KAFKA_TLS_CA_FILE: z.string().optional(),
  KAFKA_SASL_MECHANISM: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'], {
      error: 'must be plain, scram-sha-256 or scram-sha-512',
    })
    .optional(),
  KAFKA_USERNAME: z.string().optional(),
  KAFKA_PASSWORD: z.string().optional(),
  KAFKA_TOPIC: z
    .string()
    .regex(/^(?!\.{1,2}$)[\w.-]{1,249}$/, 'must be letters, digits, dots, dashes and underscores')
    .default(EVENTS_TOPIC),
  KAFKA_PARTITIONS: wholeNumber(1, 1_000).default(6),
  KAFKA_REPLICATION: wholeNumber(1, 15).optional(),
  KAFKA_RETENTION_HOURS: wholeNumber(1, 87_600).default(168),
};

const VARIABLES = z.object(KAFKA_VARIABLES);

/** How the brokers are reached, and the topic that the log is published to. */
export interface KafkaConfig {
  /** Hosts with ports; one that answers is enough to find the others. */
  brokers: readonly string[];
  /** Undefined: plain TCP. `caFile`: PEM file of the authority that signed the brokers' certificates. */
  tls: { caFile: string | undefined } | undefined;
  sasl:
    | { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string }
    | undefined;
  topic: TopicConfig;
}

export interface TopicConfig {
  name: string;
  partitions: number;
  /** Copies of each partition; undefined: three, or as many as there are brokers. */
  replication: number | undefined;
  retentionHours: number;
}

/** Rules between the variables, each as a line for people. */
export function kafkaFaults(given: z.infer<typeof VARIABLES>): string[] {
  const { KAFKA_TLS, KAFKA_TLS_CA_FILE, KAFKA_SASL_MECHANISM, KAFKA_USERNAME, KAFKA_PASSWORD } = given;
  const credentials = [KAFKA_SASL_MECHANISM, KAFKA_USERNAME, KAFKA_PASSWORD];
  const present = credentials.filter((value) => value !== undefined).length;
  return [
    ...(present === 0 || present === credentials.length
      ? []
      : ['KAFKA_SASL_MECHANISM, KAFKA_USERNAME and KAFKA_PASSWORD must be given together']),
    ...(KAFKA_TLS_CA_FILE !== undefined && KAFKA_TLS === 'off'
      ? ['KAFKA_TLS_CA_FILE has no use while KAFKA_TLS is off']
      : []),
  ];
}

/** @returns undefined where no brokers are given: the log is then read from Postgres alone */
export function kafkaConfig(given: z.infer<typeof VARIABLES>): KafkaConfig | undefined {
  if (given.KAFKA_BROKERS === undefined) return undefined;
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = given;
  const hasCredentials = mechanism !== undefined && username !== undefined && password !== undefined;
  return {
    brokers: given.KAFKA_BROKERS,
    tls: given.KAFKA_TLS === 'on' ? { caFile: given.KAFKA_TLS_CA_FILE } : undefined,
    sasl: hasCredentials ? { mechanism, username, password } : undefined,
    topic: {
      name: given.KAFKA_TOPIC,
      partitions: given.KAFKA_PARTITIONS,
      replication: given.KAFKA_REPLICATION,
      retentionHours: given.KAFKA_RETENTION_HOURS,
    },
  };
}

function isAddress(broker: string): boolean {
  const port = /^[^\s/@]+:(\d{1,5})$/.exec(broker)?.[1];
  return port !== undefined && Number(port) > 0 && Number(port) <= 65_535 && URL.canParse(`http://${broker}`);
}
