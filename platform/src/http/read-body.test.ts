import { createServer, request as httpRequest, type Server } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../testing/silent-log.js';
import { problemAnswer, readBody, sendJson, sendProblem } from './index.js';

const LIMIT = 100_000;

let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    readBody(request, LIMIT).then(
      (body) => sendJson(response, 200, 'r', JSON.stringify({ bytes: body.length })),
      (error: unknown) => sendProblem(response, problemAnswer(error, 'r', silentLog)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as { port: number }).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Answer {
  status: number | undefined;
  body: unknown;
}

/** Posts in chunks, without saying how long it will be unless told to. */
function post(chunks: Buffer[], headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: '127.0.0.1', method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) }));
    });
    request.on('error', reject);
    for (const chunk of chunks) request.write(chunk);
    request.end();
  });
}

describe('a body', () => {
  it('is read up to its limit, in however many pieces', async () => {
    expect(await post([])).toEqual({ status: 200, body: { bytes: 0 } });
    expect(await post([Buffer.alloc(1), Buffer.alloc(2)])).toEqual({ status: 200, body: { bytes: 3 } });
    expect(await post([Buffer.alloc(LIMIT)])).toEqual({ status: 200, body: { bytes: LIMIT } });
  });

  it('over the limit is 413 when Content-Length says so', async () => {
    const answer = await post([Buffer.alloc(LIMIT + 1)], { 'Content-Length': String(LIMIT + 1) });
    expect(answer).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
  });

  it('over the limit is 413 when it is chunked', async () => {
    const chunks = Array.from({ length: 50 }, () => Buffer.alloc(LIMIT / 10));
    expect(await post(chunks)).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
  });

  it('whose sender goes away leaves the server working', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc');
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect(await post([Buffer.alloc(1)])).toMatchObject({ status: 200 });
  });

  it('that stalls is 408 after 10 s', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc');
    const asked = performance.now();
    const text = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(String(data))));
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(text).toContain('"code":"request_timeout"');
    expect(performance.now() - asked).toBeGreaterThan(9_000);
    socket.destroy();
  });
});
