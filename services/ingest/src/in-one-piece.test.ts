/** A request that comes in one piece is read by another reader than one that does not; nobody may notice. */
import { letServerRead } from '@att/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start } from './testing/bodies.js';
import type { Answer } from './testing/client.js';
import { API_KEY, createIngestServer, type IngestServer } from './testing/ingest-server.js';
import { openRaw } from './testing/raw-connection.js';

let server: IngestServer;
beforeAll(async () => {
  server = await createIngestServer();
});
afterAll(() => server.close());

interface Sent {
  headers?: Record<string, string>;
  body?: string | Buffer;
}

function bytesOf({ headers = {}, body = JSON.stringify(start()) }: Sent): { head: string; body: Buffer } {
  const bytes = Buffer.from(body as string);
  const all = {
    Host: 'localhost',
    'X-API-Key': API_KEY,
    'Content-Type': 'application/json',
    'X-Request-Id': 'one',
    ...headers,
    'Content-Length': String(bytes.length),
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === '' ? [] : [`${name}: ${value}\r\n`],
  );
  return { head: `POST /webhook/start HTTP/1.1\r\n${lines.join('')}\r\n`, body: bytes };
}

/** Sends a request on a connection of its own, in one piece or in two. */
async function send(sent: Sent, pieces: 1 | 2): Promise<Answer> {
  const { head, body } = bytesOf(sent);
  const connection = await openRaw(server.port);
  if (pieces === 1) connection.write(Buffer.concat([Buffer.from(head), body]));
  else {
    connection.write(head);
    await letServerRead();
    connection.write(body);
  }
  const answer = await connection.answer();
  connection.reset();
  return answer;
}

/** Answer without the parts that differ from report to report, and from time to time. */
function comparable({ status, headers, text }: Answer) {
  const { event_id, position, duplicate, detail, ...body } = JSON.parse(text);
  const { date, 'content-length': length, ...fields } = Object.fromEntries(headers);
  expect(Number(length)).toBe(Buffer.byteLength(text));
  expect(Date.parse(date ?? '')).toBeGreaterThan(Date.now() - 5_000);
  return { status, fields, body, detail: detail?.replace(/\d+/, 'N') };
}

describe('a report in one piece and in two', () => {
  it.each<[string, Sent, number]>([
    ['that is right', {}, 202],
    [
      'with letters of other scripts',
      { body: JSON.stringify(start({ task: 'Отчёт', task_id: 'задача' })) },
      202,
    ],
    ['with the key as a bearer', { headers: { 'X-API-Key': '', Authorization: `Bearer ${API_KEY}` } }, 202],
    ['with an idempotency key', { headers: { 'Idempotency-Key': 'a key' } }, 202],
    ['without a request id', { headers: { 'X-Request-Id': '', 'User-Agent': 'x' } }, 202],
    ['without a key', { headers: { 'X-API-Key': '' } }, 401],
    ['with a wrong key', { headers: { 'X-API-Key': 'wrong' } }, 401],
    ['as a form', { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }, 415],
    ['said to be packed and not', { headers: { 'Content-Encoding': 'gzip' } }, 400],
    ['packed in another way', { headers: { 'Content-Encoding': 'br' } }, 415],
    ['with two keys that differ', { headers: { 'Idempotency-Key': 'a', 'webhook-id': 'b' } }, 422],
    ['with a long key', { headers: { 'Idempotency-Key': 'a'.repeat(201) } }, 422],
    ['with a key used for another', { headers: { 'Idempotency-Key': 'used' } }, 422],
    ['that is no JSON', { body: '{"project":' }, 400],
    ['that is no UTF-8', { body: Buffer.from('{"project":"\xff"}', 'latin1') }, 400],
    ['with nothing in it', { body: '{}' }, 422],
    ['with a NUL', { body: JSON.stringify(start({ task: 'a\0b' })) }, 422],
    ['with nothing at all', { body: '' }, 400],
  ])('%s, is answered in the same way', async (_what, sent, status) => {
    const used = { headers: { 'Idempotency-Key': 'used' }, body: JSON.stringify(start({ task: 'first' })) };
    await send(used, 1);
    const [whole, halves] = [await send(sent, 1), await send(sent, 2)];
    expect(whole.status).toBe(status);
    const strip = (answer: Answer) => {
      const compared = comparable(answer);
      if (sent.headers?.['X-Request-Id'] === '') {
        expect(compared.fields['x-request-id']).toMatch(/^[0-9a-f]{12}-\w+$/);
        compared.fields['x-request-id'] = '';
      }
      return compared;
    };
    expect(strip(whole)).toEqual(strip(halves));
  });
});
