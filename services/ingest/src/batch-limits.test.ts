import { MAX_BATCH_BYTES, MAX_BATCH_ITEMS, MAX_BODY_BYTES } from '@att/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { item, lines } from './testing/bodies.js';
import { outcomes, refused } from './testing/client.js';
import { API_KEY, createIngestServer, type IngestServer } from './testing/ingest-server.js';
import { chunk, openRaw, postHead } from './testing/raw-connection.js';

let server: IngestServer;
beforeEach(async () => {
  server = await createIngestServer();
});
afterEach(() => server.close());

/** An item of exactly so many bytes. */
function itemOf(bytes: number): string {
  const rest = JSON.stringify(item('start', { note: '' })).length;
  return JSON.stringify(item('start', { note: 'x'.repeat(bytes - rest) }));
}

const asArray = (...texts: string[]) => server.post('/webhook/batch', `[${texts.join(',')}]`);
const asLines = (...texts: string[]) => server.batch(lines(...texts));

describe.each([
  ['a JSON array', asArray],
  ['NDJSON', asLines],
])('%s', (_form, send) => {
  it('may have 5,000 items, not 5,001', async () => {
    const small = JSON.stringify(item('start'));
    const all = await send(...Array.from({ length: MAX_BATCH_ITEMS }, () => small));
    expect(outcomes(all)).toEqual(Array.from({ length: 5_000 }, (_, index) => index + 1));
    refused(await send(...Array.from({ length: 5_001 }, () => small)), 'too_many_items');
    expect(await server.events()).toHaveLength(5_000);
  });

  it('refuses an item over a mebibyte alone', async () => {
    const answer = await send(itemOf(MAX_BODY_BYTES), itemOf(MAX_BODY_BYTES + 1), itemOf(300));
    expect(outcomes(answer)).toEqual([1, 'body_too_large', 2]);
  });

  it('may have 8 MiB, and not a byte more', async () => {
    const seven = Array.from({ length: 7 }, () => itemOf(MAX_BODY_BYTES));
    const framing = send === asArray ? 2 + 7 : 8;
    const last = itemOf(MAX_BODY_BYTES - framing);
    expect(outcomes(await send(...seven, last))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    refused(await send(...seven, itemOf(MAX_BODY_BYTES - framing + 1)), 'body_too_large');
  });
});

describe('a batch that is too large', () => {
  it('is refused by its announcement alone', async () => {
    const connection = await openRaw(server.port);
    connection.write(postHead('/webhook/batch', API_KEY, { 'Content-Length': MAX_BATCH_BYTES + 1 }));
    refused(await connection.answer(), 'body_too_large');
    connection.reset();
  });

  it('is refused at the byte that is too many when it is chunked', async () => {
    const connection = await openRaw(server.port);
    connection.write(postHead('/webhook/batch', API_KEY, { 'Transfer-Encoding': 'chunked' }));
    for (let i = 0; i < 9; i++) connection.write(chunk(' '.repeat(MAX_BODY_BYTES)));
    refused(await connection.answer(), 'body_too_large');
    connection.reset();
  });

  it('of blank lines holds nothing', async () => {
    const answer = await server.batch('\n'.repeat(100_000));
    expect([answer.status, answer.text]).toEqual([207, '[]']);
  });
});
