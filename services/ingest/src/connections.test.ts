import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { letServerRead, timed } from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start } from './testing/bodies.js';
import { accepted, refused } from './testing/client.js';
import { API_KEY, createIngestServer, type IngestServer } from './testing/ingest-server.js';
import { chunk, openRaw, postHead } from './testing/raw-connection.js';

let server: IngestServer;
beforeAll(async () => {
  server = await createIngestServer();
});
afterAll(() => server.close());

function wholePost(fields: Record<string, unknown>): string {
  const text = JSON.stringify(start(fields));
  return postHead('/webhook/start', API_KEY, { 'Content-Length': Buffer.byteLength(text) }) + text;
}

describe('a slow body', () => {
  it('is given up 10 s after its last byte', async () => {
    const silent = await openRaw(server.port);
    silent.write(postHead('/webhook/start', API_KEY, { 'Content-Length': 100 }));
    const chunked = await openRaw(server.port);
    chunked.write(postHead('/webhook/start', API_KEY, { 'Transfer-Encoding': 'chunked' }) + chunk('{"a'));
    const slow = await openRaw(server.port);
    const text = JSON.stringify(start());
    slow.write(postHead('/webhook/start', API_KEY, { 'Content-Length': text.length }) + text.slice(0, 4));

    const startedAt = performance.now();
    // A byte every few seconds is slow, but it comes.
    const trickle = (async () => {
      await sleep(6_000);
      slow.write(text.slice(4, 5));
      await sleep(6_000);
      slow.write(text.slice(5));
      return slow.answer();
    })();
    const givenUp = await timed(Promise.all([silent, chunked].map((connection) => connection.answer())));
    for (const answer of givenUp.result) refused(answer, 'request_timeout');
    expect(performance.now() - startedAt).toBeGreaterThan(9_000);
    expect(givenUp.took).toBeLessThan(11_500);
    for (const connection of [silent, chunked]) await connection.closed();
    accepted(await trickle);
    slow.reset();
  });
});

describe('a refused body that never comes', () => {
  it('holds its connection for seconds, not for a minute', async () => {
    const connection = await openRaw(server.port);
    connection.write(postHead('/webhook/start', 'wrong', { 'Content-Length': 100 }));
    refused(await connection.answer(), 'unauthorized');
    expect((await timed(connection.closed())).took).toBeLessThan(8_000);
  });
});

describe('a client that goes away', () => {
  it.each([
    ['in the middle of the head', 'POST /webhook/start HTTP/1.1\r\nHost: x\r\nX-API'],
    ['in the middle of the body', wholePostCut()],
    [
      'in the middle of a chunked body',
      postHead('/webhook/start', API_KEY, { 'Transfer-Encoding': 'chunked' }) + chunk('{"project":'),
    ],
  ])('%s leaves nothing behind', async (_when, sent) => {
    const before = (await server.events()).length;
    for (const how of ['reset', 'end'] as const) {
      const connection = await openRaw(server.port);
      connection.write(sent);
      await letServerRead();
      if (how === 'reset') connection.reset();
      else connection.socket.end();
    }
    await sleep(100);
    expect(await server.events()).toHaveLength(before);
    accepted(await server.post('/webhook/start', start()));
  });

  it('after its body is stored all the same', async () => {
    const connection = await openRaw(server.port);
    connection.write(wholePost({ project: 'gone', event_id: 'gone' }));
    await letServerRead();
    connection.reset();
    await expect
      .poll(async () => (await server.events()).filter((event) => event.project === 'gone').length)
      .toBe(1);
    expect(
      accepted(await server.post('/webhook/start', start({ project: 'gone', event_id: 'gone' }))).duplicate,
    ).toBe(true);
  });

  function wholePostCut() {
    return wholePost({}).slice(0, -10);
  }
});

describe('Expect: 100-continue', () => {
  it('gets 100 Continue, and then its answer', async () => {
    const text = JSON.stringify(start());
    const connection = await openRaw(server.port);
    connection.write(
      postHead('/webhook/start', API_KEY, { 'Content-Length': text.length, Expect: '100-continue' }),
    );
    expect((await connection.answer()).status).toBe(100);
    connection.write(text);
    accepted(await connection.answer());
    connection.reset();
  });
});

describe('an offer to speak another protocol', () => {
  it.each([
    [
      'HTTP/2, as curl and Java make it',
      { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQCAAAAAAIAAAAA' },
    ],
    ['WebSocket, on a POST', { Connection: 'Upgrade', Upgrade: 'websocket' }],
  ])('%s, is passed over', async (_which, fields) => {
    const text = JSON.stringify(start());
    const head = postHead('/webhook/start', API_KEY, { ...fields, 'Content-Length': text.length });
    const connection = await openRaw(server.port);
    for (const task_id of ['whole', 'in two parts']) {
      const half = task_id === 'whole' ? text.length : 20;
      connection.write(head + text.slice(0, half));
      if (half < text.length) {
        await letServerRead();
        connection.write(text.slice(half));
      }
      accepted(await connection.answer());
    }
    connection.reset();
  });
});

describe('requests on one connection', () => {
  it('are answered in order when they come all at once', async () => {
    const connection = await openRaw(server.port);
    const titles = Array.from({ length: 20 }, (_, index) => `pipelined-${index}`);
    connection.write(titles.map((task_id) => wholePost({ task_id })).join(''));
    const positions: number[] = [];
    for (const task_id of titles) {
      const answer = accepted(await connection.answer());
      expect(answer.task_id).toBe(task_id);
      positions.push(answer.position);
    }
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    connection.reset();
  });

  it('are distinguished when good and bad ones follow each other', async () => {
    const connection = await openRaw(server.port);
    const bad = postHead('/webhook/start', API_KEY, { 'Content-Length': 4 });
    const wrongKey = postHead('/webhook/start', 'wrong', { 'Content-Length': 4 });
    const nowhere = postHead('/webhook/begin', API_KEY, { 'Content-Length': 4 });
    connection.write(`${bad}{ooo${wrongKey}{ooo${nowhere}{ooo${wholePost({ task_id: 'after' })}`);
    refused(await connection.answer(), 'malformed_json');
    for (const code of ['unauthorized', 'not_found'] as const) {
      const answer = await connection.answer();
      refused(answer, code);
      if (answer.headers.get('connection') === 'close') return connection.reset();
    }
    expect(accepted(await connection.answer()).task_id).toBe('after');
    connection.reset();
  });

  it('are answered, each, before what is said of garbage behind them', async () => {
    const connection = await openRaw(server.port);
    const requests = [1, 2, 3].map((n) => wholePost({ project: `before-garbage-${n}` }));
    connection.write(`${requests.join('')}GARBAGE\r\n\r\n`);
    for (const _ of requests) accepted(await connection.answer());
    expect((await connection.answer()).status).toBe(400);
    await connection.closed();
    const stored = (await server.events()).filter((event) => event.project?.startsWith('before-garbage'));
    expect(stored).toHaveLength(3);
  });

  it('that are garbage are refused', async () => {
    for (const garbage of [
      'GARBAGE\r\n\r\n',
      'POST /webhook/start HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n',
    ]) {
      const connection = await openRaw(server.port);
      connection.write(garbage);
      const answer = await connection.answer();
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'malformed_request' });
      await connection.closed();
    }
  });

  it('may name the whole URL', async () => {
    const connection = await openRaw(server.port);
    const absolute = (origin: string, host: string) =>
      wholePost({})
        .replace('POST ', `POST ${origin}`)
        .replace(/\r\nHost: .*?\r\n/, `\r\nHost: ${host}\r\n`);
    for (const [origin, host] of [
      ['http://localhost', 'LOCALHOST'],
      ['HTTPS://tracker.example:8443', 'tracker.example:8443'],
    ] as const) {
      connection.write(absolute(origin, host));
      accepted(await connection.answer());
    }
    connection.write(absolute('http://localhost/x', 'localhost'));
    refused(await connection.answer(), 'not_found');
    connection.write(absolute('http://localhost', 'tracker.example'));
    refused(await connection.answer(), 'malformed_request');
    await connection.closed();
  });

  it('HTTP/1.0 is answered too, and closed', async () => {
    const connection = await openRaw(server.port);
    connection.write(wholePost({}).replace('HTTP/1.1', 'HTTP/1.0'));
    accepted(await connection.answer());
    await connection.closed();
  });
});

describe('200 connections at once', () => {
  it('are all answered, each with a position of its own', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 200 });
    const post = (body: string) =>
      new Promise<number>((resolve, reject) => {
        const headers = { 'X-API-Key': API_KEY, 'Content-Type': 'application/json' };
        const sent = request(
          { port: server.port, path: '/webhook/start', method: 'POST', headers, agent },
          (answer) => {
            let text = '';
            answer.on('data', (data: Buffer) => {
              text += data;
            });
            answer.on('end', () => resolve((JSON.parse(text) as { position: number }).position));
          },
        );
        sent.on('error', reject);
        sent.end(body);
      });
    const head = (await server.events()).length;
    const rounds = await Promise.all(
      Array.from({ length: 200 }, async (_, sender) => {
        const positions: number[] = [];
        for (let i = 0; i < 5; i++)
          positions.push(await post(JSON.stringify(start({ project: 'many', task_id: `${sender}-${i}` }))));
        return positions;
      }),
    );
    agent.destroy();
    const positions = rounds.flat().sort((a, b) => a - b);
    expect(positions).toEqual(Array.from({ length: 1_000 }, (_, index) => head + 1 + index));
    const stored = await server.events();
    for (const [sender, own] of rounds.entries())
      for (const [i, position] of own.entries()) expect(stored[position - 1]?.task_id).toBe(`${sender}-${i}`);
  });
});
