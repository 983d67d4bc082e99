/** Signals: requests in flight are finished, sockets are closed, and nothing is left behind. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type Att, AttProcesses } from '../support/att.js';
import { DataDirectory } from '../support/data-directory.js';
import { API_KEY, readLog, report } from '../support/rest.js';
import { SlowRequest } from '../support/slow-request.js';

const processes = new AttProcesses();
let directory: DataDirectory;

beforeAll(async () => {
  directory = await DataDirectory.create();
});
afterAll(async () => {
  await processes.endAll();
  await directory.remove();
});

const start = () => processes.start(['start'], { DATA_DIR: directory.path });

async function startReady(): Promise<Att> {
  const server = await start();
  await server.ready();
  return server;
}

/** A request that the server has taken, and that waits for the rest of its body. */
const takenRequest = (server: Att, taskId: string) =>
  SlowRequest.begin(server.port, '/webhook/start', report({ task_id: taskId }));

describe('a signal while starting', () => {
  it.each([100, 450, 900])('after %i ms leaves nothing behind', async (delay) => {
    const server = await start();
    await sleep(delay);
    const { code, signal } = await server.end('SIGTERM');
    // The system ends the process if the program has not begun to run.
    expect(code === 0 || signal === 'SIGTERM').toBe(true);
    expect(directory.postgres()).toEqual([]);
  });
});

describe('SIGTERM', () => {
  it('finishes requests in flight, asks sockets to reconnect, and stops PostgreSQL', async () => {
    const server = await startReady();
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/webhook/ws?api_key=${API_KEY}`);
    await once(socket, 'message');
    const closed = once(socket, 'close');
    const request = await takenRequest(server, 'drained');

    const ending = server.end('SIGTERM');
    expect(await closed).toMatchObject([1012, expect.anything()]);
    await expect(fetch(`${server.url}/readyz`)).rejects.toThrow();
    const answer = await request.finish(
      'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    );
    expect(answer.status).toBe(202);
    expect(request.answers()[1]).toMatchObject({ status: 503 });
    expect(request.answers()[1]?.body).toContain('not ready');

    expect(await ending).toEqual({ code: 0, signal: null });
    expect(server.stderr()).toBe('');
    expect(directory.postgres()).toEqual([]);
  });
});

describe('Ctrl-C, which a shell and npm send twice at once', () => {
  it('drains all the same', async () => {
    const server = await startReady();
    const request = await takenRequest(server, 'twice');
    const ending = server.end('SIGINT');
    await until('it takes no more requests', () =>
      fetch(`${server.url}/livez`).then(
        () => false,
        () => true,
      ),
    );
    server.child.kill('SIGINT');
    await sleep(200);
    expect(server.isRunning()).toBe(true);
    expect((await request.finish()).status).toBe(202);
    expect(await ending).toEqual({ code: 0, signal: null });
    expect(directory.postgres()).toEqual([]);
  });

  it('and what was acknowledged last is there at the next start', async () => {
    const server = await startReady();
    const log = await readLog(server.url);
    expect(log.map(({ task_id }) => task_id)).toEqual(['drained', 'twice']);
    expect(await server.end('SIGINT')).toEqual({ code: 0, signal: null });
  });
});
