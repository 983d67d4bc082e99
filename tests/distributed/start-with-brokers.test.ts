/** Everything in one process, with brokers: projector and realtime read the topic, and the database while the brokers are away. */
import { once } from 'node:events';
import {
  createTestDatabase,
  type KafkaServer,
  startKafka,
  startStopwatch,
  type TestDatabase,
  until,
} from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Att, AttProcesses } from '../support/att.js';
import { API_KEY, get, post, report } from '../support/rest.js';

/** Milliseconds until everything goes on from the database, whatever becomes of the brokers. */
const PROMISED = 3_000;
/** Milliseconds more that a busy machine may take. */
const BUSY = 3_000;

interface Readiness {
  degraded: string[];
  checks: Record<string, { status: string; detail: string }>;
}

describe.skipIf(!inject('ownServers').kafka)('att start with brokers', () => {
  const processes = new AttProcesses();
  let kafka: KafkaServer;
  let database: TestDatabase;
  let att: Att;
  let socket: WebSocket;
  let frames: string[];

  beforeAll(async () => {
    [kafka, database] = await Promise.all([startKafka(), createTestDatabase()]);
    att = await processes.start(['start'], {
      DATABASE_URL: database.connectionString,
      KAFKA_BROKERS: kafka.brokers.join(','),
      KAFKA_PARTITIONS: '3',
    });
    await att.ready();
    frames = [];
    socket = new WebSocket(`${att.url.replace('http', 'ws')}/webhook/ws?api_key=${API_KEY}`);
    socket.on('message', (frame) => frames.push(String(frame)));
    await once(socket, 'open');
  });

  afterAll(async () => {
    socket.terminate();
    await processes.endAll();
    await database.drop();
    await kafka.stop();
  });

  const readiness = async () => (await get<Readiness>(att.url, '/readyz')).body;
  const bothRead = async (words: string) => {
    const { checks } = await readiness();
    return ['projections', 'live feed'].every((name) => checks[name]?.detail.includes(words));
  };

  /** Reports a task, and waits until a socket and the read models have it. @returns milliseconds of a stopwatch */
  async function reportAndSee(taskId: string): Promise<number> {
    const stop = startStopwatch();
    expect((await post(att.url, '/webhook/start', report({ task_id: taskId }))).status).toBe(202);
    await until('the socket has it', () => frames.some((frame) => frame.includes(taskId)));
    await until(
      'the read models have it',
      async () => (await get(att.url, `/api/projects/tests/tasks/${taskId}`)).status === 200,
    );
    return stop();
  }

  it('reads the topic, says so, and counts it once for each reader', async () => {
    await reportAndSee('first');
    await until('both read the topic', () => bothRead('read from the topic'));
    await reportAndSee('second');
    let metrics = '';
    await until('metrics say so', async () => {
      metrics = await (await fetch(`${att.url}/metrics`)).text();
      return ['projector', 'realtime'].every((reader) =>
        metrics.includes(`att_feed_source{reader="${reader}",source="topic"} 1`),
      );
    });
    expect(metrics.match(/^# TYPE att_feed_source /gm)).toHaveLength(1);
  });

  it('goes on within 3 s when the brokers are killed, says so, and returns to the topic', async () => {
    await kafka.kill();
    for (const taskId of ['third', 'fourth']) {
      expect(await reportAndSee(taskId)).toBeLessThan(PROMISED + BUSY);
    }
    await until('both say so', () => bothRead('read from the database'));
    expect((await readiness()).degraded).toEqual(expect.arrayContaining(['projector', 'realtime']));
    await kafka.restart();
    await until('the topic is read again', async () => {
      await reportAndSee(`later-${frames.length}`);
      return (await bothRead('read from the topic')) && !(await readiness()).degraded.includes('projector');
    });
  });
});
