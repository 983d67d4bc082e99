import { setTimeout as sleep } from 'node:timers/promises';
import { WAIT_LIMIT } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { INGEST_KEY, KEY, startTestRealtime, type TestRealtime } from './testing/test-realtime.js';
import { TestSocket } from './testing/test-socket.js';

let realtime: TestRealtime;

beforeEach(async () => {
  realtime = await startTestRealtime({ idleAfter: 100 });
});

afterEach(() => realtime.stop());

const eventually = (attempt: () => Promise<void>) =>
  vi.waitFor(attempt, { timeout: WAIT_LIMIT, interval: 50 });

const range = (first: number, last: number) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);

describe('coming in', () => {
  it('says hello with the epoch and the head of the log', async () => {
    await realtime.append(3);
    const hello = await realtime.connect('project=a%20project').first('connection');
    const { rows } = await realtime.database.pool().query('SELECT epoch FROM log.head');
    expect(hello).toMatchObject({ project: 'a project', position: 3, epoch: rows[0].epoch });
    expect((await realtime.connect().first('connection')).project).toBeNull();
  });

  it.each([
    ['X-API-Key', { 'X-API-Key': KEY }],
    ['Bearer', { Authorization: `Bearer ${KEY}` }],
  ])('takes the key as %s too', async (_, headers) => {
    const socket = new TestSocket(`ws://127.0.0.1:${realtime.port}/webhook/ws`, { headers });
    await socket.first('connection');
    socket.ws.terminate();
  });

  it.each([
    ['no key', '', 1008, /API key is needed/],
    ['a wrong key', 'api_key=wrong', 1008, /not known/],
    ['a wrong key beside a wrong parameter', 'api_key=wrong&after=x', 1008, /not known/],
    ['a key without the scope read', `api_key=${INGEST_KEY}`, 4403, /scope read/],
    ['an unknown parameter', `api_key=${KEY}&projekt=a`, 4400, /^projekt is not a parameter/],
    ['a bad position', `api_key=${KEY}&after=-1`, 4400, /^after must/],
    ['a parameter twice', `api_key=${KEY}&project=a&project=b`, 4400, /^project is given twice/],
    ['an empty project', `api_key=${KEY}&project=`, 4400, /^project must not be empty/],
    [
      'a speed that is none',
      `api_key=${KEY}&after=0&speed=65`,
      4400,
      /^speed must be a number from 0.5 to 64/,
    ],
    [
      'a replay of what is still to come',
      `api_key=${KEY}&after=0&until=3`,
      4400,
      /^until is ahead of the log/,
    ],
  ])('closes a socket with %s', async (_, query, code, reason) => {
    const socket = new TestSocket(`ws://127.0.0.1:${realtime.port}/webhook/ws?${query}`);
    expect(await socket.closed).toEqual({ code, reason: expect.stringMatching(reason) });
    expect(socket.frames).toEqual([]);
  });
});

describe('while it is open', () => {
  /** Messages that are more than a socket may send, even where a busy server reads them over seconds. */
  const MANY = 600;

  it('answers any text with a pong, also one that came before the hello', async () => {
    const socket = realtime.connect();
    socket.ws.on('open', () => socket.ws.send('{"type":"ping"}'));
    await socket.first('pong');
    expect(socket.frames.map((frame) => frame.type)).toEqual(['connection', 'pong']);
    for (const text of ['ping', '', '{"type":"whatever"}', '[]']) socket.ws.send(text);
    await socket.until(() => socket.frames.length === 6);
    expect(socket.frames.slice(1).every((frame) => frame.type === 'pong')).toBe(true);
  });

  it('names in its pong the position up to which it is served, also past events that it may not see', async () => {
    const socket = realtime.connect('project=other');
    await socket.first('connection');
    await realtime.append(5);
    const pongs = () => socket.frames.filter((frame) => frame.type === 'pong').map((frame) => frame.position);
    await eventually(async () => {
      socket.ws.send('ping');
      await sleep(50);
      expect(pongs().at(-1)).toBe(5);
    });
    expect(pongs()).toEqual(pongs().toSorted((a, b) => a - b));
    expect(socket.positions).toEqual([]);
  });

  it('sends every client all committed events, in order', async () => {
    const sockets = [realtime.connect(), realtime.connect(), realtime.connect()];
    for (const socket of sockets) await socket.first('connection');
    for (let i = 0; i < 20; i++) await realtime.append(5);
    for (const socket of sockets) {
      await socket.until(() => socket.positions.length >= 100);
      expect(socket.positions).toEqual(range(1, 100));
    }
  });

  it('narrows to a project', async () => {
    const [red, all] = [realtime.connect('project=red'), realtime.connect()];
    await Promise.all([red.first('connection'), all.first('connection')]);
    for (const project of ['red', 'blue', 'red', 'green', 'red']) await realtime.append(1, { project });
    await all.until(() => all.positions.length === 5);
    await red.until(() => red.positions.length === 3);
    expect(red.positions).toEqual([1, 3, 5]);
  });

  it('sends no frame for what no task follows from', async () => {
    const socket = realtime.connect();
    await socket.first('connection');
    await realtime.append(1, { type: 'key.created', project: null, taskId: null, agent: null });
    await realtime.append(1);
    await socket.until(() => socket.positions.length > 0);
    expect(socket.positions).toEqual([2]);
  });

  it('closes a socket that sends a huge message', async () => {
    const socket = realtime.connect();
    await socket.first('connection');
    socket.ws.send('x'.repeat(16 * 1024 + 1));
    expect((await socket.closed).code).toBe(1009);
  });

  it('closes a socket that sends too many messages, and no other', async () => {
    const [noisy, calm] = [realtime.connect(), realtime.connect()];
    await Promise.all([noisy.first('connection'), calm.first('connection')]);
    for (let i = 0; i < MANY; i++) noisy.ws.send('ping');
    expect((await noisy.closed).code).toBe(4429);
    calm.ws.send('ping');
    await calm.first('pong');
  });

  it('closes a socket that sends too many control pings, as each is answered', async () => {
    const socket = realtime.connect();
    await socket.first('connection');
    for (let i = 0; i < MANY; i++) socket.ws.ping();
    expect((await socket.closed).code).toBe(4429);
  });

  it('counts commands as messages', async () => {
    await realtime.append(3);
    const socket = realtime.connect('after=0&speed=1');
    await socket.first('connection');
    for (let i = 0; i < MANY; i++) socket.ws.send('{"type":"pause"}');
    expect((await socket.closed).code).toBe(4429);
  });

  it('answers a binary message with an error', async () => {
    const socket = realtime.connect();
    await socket.first('connection');
    socket.ws.send(Buffer.from([1, 2, 3]));
    expect((await socket.first('error')).code).toBe('not_text');
  });
});

describe('the cost when nobody watches', () => {
  it('leaves the feed alone before the first socket and some time after the last', async () => {
    await realtime.append(5);
    await sleep(50);
    expect(realtime.feedReads()).toBe(0);
    const socket = realtime.connect();
    await socket.first('connection');
    expect(realtime.feedReads()).toBe(1);
    socket.ws.close();
    await socket.closed;
    await expect.poll(() => realtime.service.checks?.[0]?.check()).toBe('nobody is watching');
    await realtime.append(5);
    const again = realtime.connect('after=2');
    await again.first('caught_up');
    expect(again.positions).toEqual(range(3, 10));
    expect(realtime.feedReads()).toBe(2);
  });
});

describe('the number of sockets', () => {
  it('is counted in all and by project, and ends with them', async () => {
    const stats = async () => {
      const answer = await realtime.service.routes?.getWebsocketStats?.({
        params: {},
        query: {},
        principal: undefined,
        requestId: '',
        target: '/api/websocket/stats',
        signal: new AbortController().signal,
      });
      return answer !== undefined && 'body' in answer ? answer.body : undefined;
    };
    const sockets = ['', 'project=red', 'project=red', 'project=blue'].map((query) =>
      realtime.connect(query),
    );
    for (const socket of sockets) await socket.first('connection');
    expect(await stats()).toEqual({ total_connections: 4, project_connections: { red: 2, blue: 1 } });
    expect(await realtime.metrics.getSingleMetricAsString('att_realtime_sockets')).toContain(
      'att_realtime_sockets 4',
    );
    for (const socket of sockets) socket.ws.close();
    await Promise.all(sockets.map((socket) => socket.closed));
    await expect.poll(stats).toEqual({ total_connections: 0, project_connections: {} });
  });
});
