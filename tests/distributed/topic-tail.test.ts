/** `att topic tail` as a process, on a real Kafka. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { MAX_VALUE_BYTES } from '@att/platform/event-topic';
import { freePort, startKafka, until } from '@att/platform/testing';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { AttProcesses } from '../support/att.js';
import { createTestTopic, type TestTopic, topicEvent } from './support/topic.js';

const processes = new AttProcesses();
afterAll(() => processes.endAll());

const kafka = inject('kafka');
const events = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => topicEvent(from + index));

describe.skipIf(kafka === undefined)('att topic tail', () => {
  async function withTopic(work: (topic: TestTopic) => Promise<void>): Promise<void> {
    const topic = await createTestTopic(kafka?.brokers ?? []);
    await work(topic).finally(() => topic.close());
  }

  it('prints each event as events tail does, from the oldest on and then live', () =>
    withTopic(async (topic) => {
      const first = events(1, 20);
      await topic.publish(first);
      const tail = await processes.start(['topic', 'tail', '--from-beginning'], topic.env);
      await until('twenty lines are there', () => lines(tail.stdout()).length === 20);
      const last = topicEvent(21, {
        data_text: '{"big": 12345678901234567890,\n "control": "\u009b2J"}',
      });
      await topic.publish([last]);
      await until('the live one is there', () => lines(tail.stdout()).length === 21);
      const line = tail.stdout().split('\n').at(-2);
      expect(line).toContain('"data":{"big": 12345678901234567890,  "control": "\\u009b2J"}}');
      const { data_text: _, data_hash: __, hash: ___, ...envelope } = last;
      expect(JSON.parse(line as string)).toMatchObject(envelope);
      const ofTask = (n: number) => positions(tail.stdout()).filter((position) => position % 10 === n);
      for (let n = 0; n < 10; n++) expect(ofTask(n)).toEqual([...ofTask(n)].sort((a, b) => a - b));
      expect(new Set(positions(tail.stdout()))).toEqual(
        new Set([...first, last].map((event) => event.position)),
      );
      expect(await tail.end('SIGINT')).toEqual({ code: 0, signal: null });
      expect(tail.stderr()).not.toMatch(/^att:/m);
    }));

  it('begins at the end of the topic by default', () =>
    withTopic(async (topic) => {
      await topic.publish(events(1, 20));
      const tail = await processes.start(['topic', 'tail'], topic.env);
      let position = 20;
      await until('a later one is there', async () => {
        await topic.publish([topicEvent(++position)]);
        return tail.stdout() !== '';
      });
      expect(Math.min(...positions(tail.stdout()))).toBeGreaterThan(20);
      await tail.end('SIGTERM');
    }));

  it('says where a large payload is, and which message is none of ours', () =>
    withTopic(async (topic) => {
      await topic.publishValue('hi\natt: a line of ours\u009b2J');
      await topic.publish([topicEvent(1, { data_text: `{"text":"${'x'.repeat(MAX_VALUE_BYTES)}"}` })]);
      await topic.publish([topicEvent(2, { data_text: null })]);
      const tail = await processes.start(['topic', 'tail', '--from-beginning'], topic.env);
      await until('both are there', () => lines(tail.stdout()).length === 2);
      const [large, erased] = lines(tail.stdout()).sort((a, b) => a.position - b.position);
      expect(large).toMatchObject({ position: 1, dataref: '/api/events/1' });
      expect(large).not.toHaveProperty('data');
      expect(erased).toMatchObject({ position: 2, data: null });
      await expect
        .poll(() => tail.stderr().match(/^att: .*/gm))
        .toEqual([expect.stringMatching(/^att: offset 0 of partition 0 is no event: /)]);
      await tail.end('SIGTERM');
    }));

  it('ends when its reader goes away', () =>
    withTopic(async (topic) => {
      await topic.publish(events(1, 20));
      const tail = await processes.start(['topic', 'tail', '--from-beginning'], topic.env);
      await once(tail.child.stdout as NonNullable<typeof tail.child.stdout>, 'data');
      tail.child.stdout?.destroy();
      await topic.publish(events(21, 22));
      expect(await tail.ended).toEqual({ code: 0, signal: null });
    }));

  it('says that a topic is missing, and makes none', async () => {
    const brokers = kafka?.brokers ?? [];
    const env = { KAFKA_BROKERS: brokers.join(','), KAFKA_TOPIC: 'att.missing' };
    for (let time = 0; time < 2; time++) {
      expect(await processes.run(['topic', 'tail'], env)).toEqual({
        code: 1,
        signal: null,
        stdout: '',
        stderr:
          'att: there is no topic att.missing at the brokers of KAFKA_BROKERS: ingest makes it when it starts, and KAFKA_TOPIC is its name\n',
      });
    }
  });
});

describe('att topic tail without brokers', () => {
  it('says what to set', async () => {
    expect(await processes.run(['topic', 'tail'])).toMatchObject({
      code: 1,
      stderr: 'att: KAFKA_BROKERS is not set: give the brokers that have the topic, such as kafka-1:9092\n',
    });
  });

  it('says within seconds that nobody listens', async () => {
    const KAFKA_BROKERS = `127.0.0.1:${await freePort()}`;
    const { code, stderr } = await processes.run(['topic', 'tail'], { KAFKA_BROKERS });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^att: the brokers of KAFKA_BROKERS \([\d.:]+\) cannot be used: [^\n]*\n$/);
  });

  it('says within seconds that nobody answers', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const KAFKA_BROKERS = `127.0.0.1:${(server.address() as { port: number }).port}`;
    const { code, stderr } = await processes.run(['topic', 'tail'], { KAFKA_BROKERS });
    server.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^att: the brokers of KAFKA_BROKERS \([\d.:]+\) cannot be used: [^\n]*\n$/);
  });
});

it.skipIf(!inject('ownServers').kafka)('loses and doubles nothing while its broker is killed', async () => {
  const server = await startKafka();
  try {
    const topic = await createTestTopic(server.brokers);
    await topic.publish(events(1, 10));
    const tail = await processes.start(['topic', 'tail', '--from-beginning'], topic.env);
    await until('it reads', () => lines(tail.stdout()).length === 10);
    await server.restart();
    await topic.publish(events(11, 20));
    await until('it reads on', () => lines(tail.stdout()).length >= 20);
    await topic.publish(events(21, 30));
    await until('and on', () => lines(tail.stdout()).length >= 30);
    expect(positions(tail.stdout()).sort((a, b) => a - b)).toEqual(
      events(1, 30).map(({ position }) => position),
    );
    await tail.end('SIGTERM');
    await topic.close();
  } finally {
    await server.stop();
  }
});

function lines(stdout: string): { position: number; [name: string]: unknown }[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

const positions = (stdout: string) => lines(stdout).map(({ position }) => position);
