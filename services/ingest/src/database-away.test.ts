import { setTimeout as sleep } from 'node:timers/promises';
import {
  createDatabaseProxy,
  startStopwatch,
  type TcpProxy,
  throughProxy,
  timed,
} from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { item, start } from './testing/bodies.js';
import { type Answer, accepted, items, outcomes, refused } from './testing/client.js';
import { createIngestServer, type IngestServer } from './testing/ingest-server.js';

let proxy: TcpProxy;
let server: IngestServer;
beforeEach(async () => {
  proxy = await createDatabaseProxy(inject('testServer').connectionString);
  server = await createIngestServer((connectionString) => throughProxy(connectionString, proxy));
});
afterEach(async () => {
  proxy.restore();
  await server.close();
  await proxy.close();
});

const post = (fields: Record<string, unknown> = {}) => server.post('/webhook/start', start(fields));

function unavailable(answer: Answer): void {
  const problem = refused(answer, 'database_unavailable');
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(problem.detail).not.toMatch(/ECONN|127\.0\.0\.1|postgres:\/\//);
}

async function untilAccepted(): Promise<Answer> {
  for (;;) {
    const answer = await post();
    if (answer.status === 202) return answer;
    expect(answer.status).toBe(503);
    await sleep(50);
  }
}

describe('while the database is away', () => {
  it('from the start, everything is 503 and Retry-After, until it comes', async () => {
    proxy.down();
    unavailable(await post());
    const stop = startStopwatch();
    for (let i = 0; i < 20; i++) unavailable(await post());
    expect(stop()).toBeLessThan(1_000);
    proxy.restore();
    expect(accepted(await untilAccepted()).position).toBe(1);
  });

  it('after it was there, everything is 503, until it is back', async () => {
    accepted(await post());
    proxy.down();
    await sleep(50);
    const first = await post();
    expect(first.status).toBe(503);
    const { result, took } = await timed(post());
    unavailable(result);
    expect(took).toBeLessThan(1_000);
    proxy.restore();
    expect(accepted(await untilAccepted()).position).toBe(2);
    expect(await server.events()).toHaveLength(2);
  });

  it('wrong requests still hear what is wrong', async () => {
    proxy.down();
    unavailable(await post());
    refused(await post({ agent: 7 }), 'invalid_body');
    refused(await server.post('/webhook/start', start(), { key: 'wrong' }), 'unauthorized');
    refused(await server.post('/webhook/start', '{'), 'malformed_json');
  });

  it('a batch is refused, whole or item by item, and nothing of it is stored', async () => {
    proxy.down();
    const answer = await server.batch([item('start'), item('start', { agent: 7 })]);
    if (answer.status === 207) {
      expect(outcomes(answer)).toEqual(['database_unavailable', 'invalid_body']);
      expect(items(answer)).toHaveLength(2);
    } else unavailable(answer);
    proxy.restore();
    await untilAccepted();
    expect(await server.events()).toHaveLength(1);
  });

  it('from the middle of a write on, what waits behind it is refused within seconds', async () => {
    accepted(await post());
    const blocker = await server.database.pool().connect();
    await blocker.query('BEGIN; SELECT FROM log.head FOR UPDATE');
    const written = post({ task_id: 'being-written' });
    await sleep(200);
    proxy.down();
    await sleep(200);
    const behind = post({ task_id: 'behind' });
    try {
      const { result, took } = await timed(behind);
      unavailable(result);
      expect(took).toBeLessThan(3_000);
    } finally {
      await blocker.query('COMMIT');
      blocker.release();
      proxy.restore();
      await Promise.all([written, behind]);
    }
  });

  it('200 requests at once are all answered soon', async () => {
    accepted(await post());
    proxy.down();
    const { result: answers, took } = await timed(Promise.all(Array.from({ length: 200 }, () => post())));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([503]));
    expect(took).toBeLessThan(5_000);
  });
});

describe('a connection that is lost', () => {
  it('while idle, costs no event and no 202 that is not true', async () => {
    accepted(await post());
    await server.database.pool().query(`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    await untilAccepted();
    const events = await server.events();
    expect(events.map((event) => event.position)).toEqual([1, 2]);
  });

  it('before the answer to an append, stores a keyed event exactly once', async () => {
    accepted(await post());
    proxy.loseNextAnswer();
    const answer = await post({ event_id: 'k' });
    expect([202, 503]).toContain(answer.status);
    for (let again = answer; again.status !== 202; again = await post({ event_id: 'k' })) await sleep(50);
    const keyed = (await server.events()).filter((event) => event.data_text?.includes('"event_id":"k"'));
    expect(keyed).toHaveLength(1);
    expect(accepted(await post({ event_id: 'k' }))).toMatchObject({
      position: keyed[0]?.position,
      duplicate: true,
    });
  });

  it('again and again under load, makes every 202 a stored event and every position whole', async () => {
    const answers: Answer[] = [];
    const senders = Array.from({ length: 20 }, async (_, sender) => {
      for (let i = 0; i < 30; i++) {
        answers.push(await post({ task_id: `${sender}-${i}` }));
        await sleep(5);
      }
    });
    const cutting = (async () => {
      for (let i = 0; i < 6; i++) {
        await sleep(100);
        proxy.cut();
      }
    })();
    await Promise.all([...senders, cutting]);
    const events = await server.events();
    expect(events.map((event) => event.position)).toEqual(events.map((_, index) => index + 1));
    for (const answer of answers) {
      if (answer.status === 503) continue;
      const { position, event_id, task_id } = accepted(answer);
      expect(events[position - 1]).toMatchObject({ event_id, task_id });
    }
  });
});
