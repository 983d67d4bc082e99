import { MAX_BODY_BYTES } from '@att/contracts';
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

/** A valid start of exactly so many bytes. */
function startOf(bytes: number): string {
  const rest = JSON.stringify(start({ note: '' })).length;
  return JSON.stringify(start({ note: 'x'.repeat(bytes - rest) }));
}

const CHUNKED = { 'Transfer-Encoding': 'chunked' };

describe('a body with a Content-Length', () => {
  it('may have exactly a mebibyte', async () => {
    const text = startOf(MAX_BODY_BYTES);
    expect(Buffer.byteLength(text)).toBe(1_048_576);
    const { position } = accepted(await server.post('/webhook/start', text));
    expect((await server.event(position)).data_text).toBe(text);
  });

  it('may not have a byte more', async () => {
    refused(await server.post('/webhook/start', startOf(MAX_BODY_BYTES + 1)), 'body_too_large');
  });

  it('is counted in bytes, not in characters', async () => {
    const text = JSON.stringify(start({ note: '開'.repeat(MAX_BODY_BYTES / 3) }));
    expect(text.length).toBeLessThan(MAX_BODY_BYTES);
    refused(await server.post('/webhook/start', text), 'body_too_large');
  });

  it('is refused by its announcement alone, without waiting for it', async () => {
    const connection = await openRaw(server.port);
    connection.write(postHead('/webhook/start', API_KEY, { 'Content-Length': 100 * 1024 * 1024 }));
    refused(await connection.answer(), 'body_too_large');
    connection.reset();
  });

  it('is malformed where the length is none', async () => {
    for (const length of ['-1', 'ten', '1, 2', '99999999999999999999999']) {
      const connection = await openRaw(server.port);
      connection.write(postHead('/webhook/start', API_KEY, { 'Content-Length': length }));
      const answer = await connection.answer();
      expect([400, 413]).toContain(answer.status);
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      connection.reset();
    }
  });
});

describe('a chunked body', () => {
  it('may have exactly a mebibyte, in many chunks', async () => {
    const text = startOf(MAX_BODY_BYTES);
    const connection = await openRaw(server.port);
    connection.write(postHead('/webhook/start', API_KEY, CHUNKED));
    for (let at = 0; at < text.length; at += 50_000) connection.write(chunk(text.slice(at, at + 50_000)));
    connection.write(chunk(''));
    const { position } = accepted(await connection.answer());
    expect((await server.event(position)).data_text).toBe(text);
    connection.reset();
  });

  it('is refused at the byte that is too many, before it ends', async () => {
    const connection = await openRaw(server.port);
    connection.write(postHead('/webhook/start', API_KEY, CHUNKED));
    connection.write(chunk('x'.repeat(MAX_BODY_BYTES)));
    connection.write(chunk('x'));
    refused(await connection.answer(), 'body_too_large');
    connection.reset();
  });

  it('may be cut anywhere, also within a character', async () => {
    const body = Buffer.from(JSON.stringify(start({ note: '👩‍💻' })));
    const connection = await openRaw(server.port);
    connection.write(postHead('/webhook/start', API_KEY, CHUNKED));
    for (const byte of body) connection.write(Buffer.from([0x31, 0x0d, 0x0a, byte, 0x0d, 0x0a]));
    connection.write(chunk(''));
    const { position } = accepted(await connection.answer());
    expect((await server.event(position)).data_text).toBe(body.toString());
    connection.reset();
  });

  it('with a broken frame is a malformed request', async () => {
    const connection = await openRaw(server.port);
    connection.write(postHead('/webhook/start', API_KEY, CHUNKED));
    connection.write('zz\r\nnot a chunk');
    const answer = await connection.answer();
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'malformed_request' });
    await connection.closed();
  });
});

describe('a body that was refused as too large', () => {
  it('leaves the connection closed or fit for the next request', async () => {
    const connection = await openRaw(server.port);
    const large = startOf(MAX_BODY_BYTES + 1);
    connection.write(postHead('/webhook/start', API_KEY, { 'Content-Length': large.length }) + large);
    const first = await connection.answer();
    refused(first, 'body_too_large');
    if (first.headers.get('connection') === 'close') return;
    const text = startOf(500);
    connection.write(postHead('/webhook/start', API_KEY, { 'Content-Length': text.length }) + text);
    accepted(await connection.answer());
    connection.reset();
  });

  it('reaches the sender as an answer, not as a reset, while it still sends', async () => {
    for (let i = 0; i < 5; i++) {
      const answer = await server.post('/webhook/start', startOf(6 * MAX_BODY_BYTES));
      refused(answer, 'body_too_large');
    }
  });
});
