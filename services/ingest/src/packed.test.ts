import { randomBytes } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { MAX_BATCH_BYTES, MAX_BODY_BYTES } from '@att/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { item, lines, start } from './testing/bodies.js';
import { accepted, outcomes, refused } from './testing/client.js';
import { createIngestServer, type IngestServer } from './testing/ingest-server.js';

let server: IngestServer;
beforeAll(async () => {
  server = await createIngestServer();
});
afterAll(() => server.close());

const GZIP = { headers: { 'Content-Encoding': 'gzip' } };
const NDJSON = { headers: { 'Content-Encoding': 'gzip', 'Content-Type': 'application/x-ndjson' } };
const text = JSON.stringify(start({ metadata: { note: 'ü 🚀' } }));

describe('a body that is packed with gzip', () => {
  it.each(['/webhook/start', '/webhook/start/', '/webhook/start?lenient=true'])(
    'is stored at %s as what it unpacks to',
    async (path) => {
      const { position } = accepted(await server.post(path, gzipSync(text), GZIP));
      expect((await server.event(position)).data_text).toBe(text);
    },
  );

  it.each(['GZIP', 'x-gzip', ' gzip '])('may call it %j', async (encoding) => {
    const answer = await server.post('/webhook/start', gzipSync(text), {
      headers: { 'Content-Encoding': encoding },
    });
    accepted(answer);
  });

  it('may come in several members, and in a batch', async () => {
    const members = Buffer.concat([gzipSync(text.slice(0, 20)), gzipSync(text.slice(20))]);
    accepted(await server.post('/webhook/start', members, GZIP));
    const array = gzipSync(JSON.stringify([item('start'), item('finish')]));
    expect(outcomes(await server.post('/webhook/batch', array, GZIP))).toEqual([
      expect.any(Number),
      expect.any(Number),
    ]);
    const ndjson = gzipSync(lines(item('start'), '{', item('finish')));
    expect(outcomes(await server.post('/webhook/batch/', ndjson, NDJSON))).toEqual([
      expect.any(Number),
      'malformed_json',
      expect.any(Number),
    ]);
  });

  it.each([
    ['that was cut off', gzipSync(text).subarray(0, -9)],
    ['without a byte', Buffer.alloc(0)],
    ['that is none', Buffer.from(text)],
    [
      'with a wrong sum',
      Buffer.from(gzipSync(text).map((byte, index, all) => (index === all.length - 6 ? byte ^ 1 : byte))),
    ],
    ['of another kind', brotliCompressSync(text)],
  ])('%s is malformed', async (_what, body) => {
    for (const path of ['/webhook/start', '/webhook/start?lenient=false', '/webhook/batch'])
      refused(await server.post(path, body, GZIP), 'malformed_encoding');
  });

  it('has the same limit for what it unpacks to, and may be a little longer itself', async () => {
    const note = randomBytes(MAX_BODY_BYTES)
      .toString('latin1')
      .replace(/[^ !#-[\]-~]/g, 'x');
    const bytes = Buffer.from(JSON.stringify(start({ note: '' })).replace('""', () => `"${note}"`));
    const exact = Buffer.concat([bytes.subarray(0, MAX_BODY_BYTES - 2), Buffer.from('"}')]);
    accepted(await server.post('/webhook/start', gzipSync(exact, { level: 0 }), GZIP));
    const over = Buffer.concat([exact, Buffer.from(' ')]);
    refused(await server.post('/webhook/start', gzipSync(over), GZIP), 'body_too_large');
  });

  it.each([
    ['/webhook/start', MAX_BODY_BYTES * 60],
    ['/webhook/batch', MAX_BATCH_BYTES * 10],
  ])('at %s is let go at its limit, however much would come out of it', async (path, bytes) => {
    const bomb = gzipSync(Buffer.alloc(bytes, 0x20), { level: 9 });
    const before = process.memoryUsage().rss;
    refused(await server.post(path, bomb, GZIP), 'body_too_large');
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });
});
