/** The product over a fail-over to a standby that lags: it goes on by itself, in the log that there is now. */

import { type ServerFrame, serverFrame } from '@att/contracts';
import { LOG_MIGRATIONS } from '@att/platform/event-log';
import { migrate } from '@att/platform/postgres';
import { createStandbyPair, type StandbyPair, silentLog, until } from '@att/platform/testing';
import { PROJECTION_MIGRATIONS } from '@att/projector';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Att, AttProcesses } from '../support/att.js';
import { API_KEY, read } from '../support/rest.js';

const processes = new AttProcesses();
let pair: StandbyPair;
let att: Att;
let socket: WebSocket;
const frames: ServerFrame[] = [];

beforeAll(async () => {
  pair = await createStandbyPair(async (url) => {
    await migrate(url, LOG_MIGRATIONS, silentLog);
    await migrate(url, PROJECTION_MIGRATIONS, silentLog);
  });
  att = await processes.start(['start'], { DATABASE_URL: pair.connectionString });
  await att.ready();
  socket = new WebSocket(`${att.url.replace('http', 'ws')}/webhook/ws?api_key=${API_KEY}`);
  socket.on('message', (data) => frames.push(serverFrame.parse(JSON.parse(String(data)))));
  await until('the socket is open', () => frames.length > 0);
});

afterAll(async () => {
  socket?.terminate();
  await processes.endAll();
  await pair?.close();
});

const headers = { 'X-API-Key': API_KEY, 'Content-Type': 'application/json' };

/** Reports a start; its key makes it the same report where the answer to the first one was lost. */
async function start(task_id: string): Promise<number | undefined> {
  const body = JSON.stringify({ project: 'project', task_id, task: 'Title', agent: 'agent' });
  const answer = await fetch(`${att.url}/webhook/start`, {
    method: 'POST',
    headers: { ...headers, 'Idempotency-Key': task_id },
    body,
  });
  if (answer.status !== 202) return undefined;
  return ((await answer.json()) as { position: number }).position;
}

const get = (path: string, more: Record<string, string> = {}) =>
  fetch(`${att.url}${path}`, { headers: { ...headers, ...more } });

async function taskIds(): Promise<string[]> {
  const answer = await get('/api/tasks?sort=created&limit=200');
  if (answer.status !== 200) return [];
  return ((await answer.json()) as { task_id: string }[]).map(({ task_id }) => task_id);
}

const shown = () => frames.filter((frame) => 'data' in frame).map((frame) => frame.data.task_id);

it('shows the promoted log, on sockets and in reads, and gives no position twice in one epoch', async () => {
  const kept = Array.from({ length: 10 }, (_, index) => `kept-${index}`);
  const lost = ['lost-0', 'lost-1', 'lost-2'];
  for (const id of kept) expect(await start(id)).toBeDefined();
  await until('all is projected', async () => (await taskIds()).length === 10);
  await pair.caughtUp();
  pair.replication.down();
  for (const id of lost) expect(await start(id)).toBeDefined();
  await until(
    'what will be lost is shown',
    async () => (await taskIds()).length === 13 && shown().length === 13,
  );
  const hello = frames.find((frame) => frame.type === 'connection');
  const tag = (await get('/api/events/9')).headers.get('etag') as string;

  await pair.failOver();
  const started = performance.now();
  let position: number | undefined;
  await until('a report is taken', async () => {
    position = await start('after-0');
    return position !== undefined;
  });
  expect(position).toBe(11);
  await until('the socket was reset', () => frames.some(({ type }) => type === 'reset'));
  const reset = frames.find((frame) => frame.type === 'reset');
  expect(reset?.epoch).not.toBe(hello?.epoch);
  await until(
    'reads show the promoted log',
    async () => (await taskIds()).join() === [...kept, 'after-0'].join(),
  );
  await until('it is ready', async () => (await get('/readyz')).status === 200);
  console.log(`shown ${Math.round(performance.now() - started)} ms after the promotion`);

  expect((await get('/api/events/9', { 'If-None-Match': tag })).status).toBe(200);
  expect(await read(att.url, '/api/stats?min_position=11')).toMatchObject({
    total_tasks: 11,
    active_tasks: 11,
  });
  expect(await start('after-1')).toBe(12);
  await until('the socket goes on', () => shown().at(-1) === 'after-1');
  const after = frames.slice(frames.indexOf(reset as ServerFrame)).filter((frame) => 'data' in frame);
  expect(after.map((frame) => frame.position)).toEqual(
    [11, 12].filter((at) => at > (reset?.position as number)),
  );
});
