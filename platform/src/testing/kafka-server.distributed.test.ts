import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type KafkaServer, startKafka } from './kafka-server.js';
import { isAlive } from './server-process.js';
import { until } from './until.js';

const TOPIC = 'kept';

const client = ({ brokers }: KafkaServer) =>
  new Kafka({
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 20, maxRetryTime: 1_000 },
  });

describe.skipIf(!inject('ownServers').kafka)('a Kafka of its own', () => {
  let server: KafkaServer;
  beforeAll(async () => {
    server = await startKafka();
  });
  afterAll(() => server?.stop());

  it('keeps its messages over a kill, and answers again', async () => {
    await send(server, 'before');
    await server.kill();
    await expect(send(server, 'meanwhile', 0)).rejects.toThrow();
    await server.restart();
    await send(server, 'after');
    expect(await readTwo(server)).toEqual(['before', 'after']);
  });

  it('answers nobody while it is frozen', async () => {
    const admin = client(server).admin();
    await admin.connect();
    await server.freeze();
    let hasAnswered = false;
    const answer = admin.listTopics().finally(() => {
      hasAnswered = true;
    });
    await sleep(500);
    expect(hasAnswered).toBe(false);
    server.resume();
    expect(await answer).toContain(TOPIC);
    await admin.disconnect();
  });

  it('leaves nothing when it is stopped', async () => {
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
    expect(existsSync(server.folder)).toBe(false);
  });
});

it('is the broker of the run, too', async ({ skip }) => {
  const kafka = inject('kafka');
  if (kafka === undefined) return skip();
  const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  expect((await admin.describeCluster()).brokers.length).toBeGreaterThan(0);
  await admin.disconnect();
});

async function send(server: KafkaServer, value: string, retries?: number): Promise<void> {
  const producer = client(server).producer(retries === undefined ? {} : { retry: { retries } });
  try {
    await producer.connect();
    await producer.send({ topic: TOPIC, messages: [{ value }] });
  } finally {
    await producer.disconnect();
  }
}

async function readTwo(server: KafkaServer): Promise<string[]> {
  const values: string[] = [];
  const consumer = client(server).consumer({ groupId: 'reader' });
  await consumer.connect();
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) });
  await until('two messages are there', () => values.length >= 2);
  await consumer.disconnect();
  return values;
}
