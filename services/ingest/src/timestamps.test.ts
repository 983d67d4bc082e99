import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start } from './testing/bodies.js';
import { accepted, pointers, refused } from './testing/client.js';
import { createIngestServer, type IngestServer } from './testing/ingest-server.js';

let server: IngestServer;
beforeAll(async () => {
  server = await createIngestServer();
});
afterAll(() => server.close());

describe("when it happened, by the agent's clock", () => {
  it.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.5Z', '2026-01-31T12:00:00.500Z'],
    ['2026-01-31T12:00:00.123456Z', '2026-01-31T12:00:00.123Z'],
    ['2026-01-31T12:00:00.999999999Z', '2026-01-31T12:00:00.999Z'],
    ['2026-01-31T12:00:00+03:00', '2026-01-31T09:00:00.000Z'],
    ['2026-01-31T12:00:00-05:30', '2026-01-31T17:30:00.000Z'],
    ['2026-01-01T00:30:00+01:00', '2025-12-31T23:30:00.000Z'],
    ['2026-01-31t12:00:00z', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31 12:00:00Z', '2026-01-31T12:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
  ])('%s is kept as %s', async (timestamp, occurredAt) => {
    const { position } = accepted(await server.post('/webhook/start', start({ timestamp })));
    expect((await server.event(position)).occurred_at).toBe(occurredAt);
  });

  it.each([
    ['2026-01-31T12:00:00+0000', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00-0530', '2026-01-31T17:30:00.000Z'],
    ['2026-01-31T12:00:00,25Z', '2026-01-31T12:00:00.250Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2016-12-31T23:59:60.5Z', '2017-01-01T00:00:00.500Z'],
    ['2017-01-01T08:59:60+09:00', '2017-01-01T00:00:00.000Z'],
    [0, '1970-01-01T00:00:00.000Z'],
    [1_769_860_800, '2026-01-31T12:00:00.000Z'],
    [1_769_860_800.123, '2026-01-31T12:00:00.123Z'],
    [1_769_860_800.123_999, '2026-01-31T12:00:00.123Z'],
    [1_769_860_800_123, '2026-01-31T12:00:00.123Z'],
    [1_769_860_800_123.9, '2026-01-31T12:00:00.123Z'],
    [99_999_999_999, '5138-11-16T09:46:39.000Z'],
    [100_000_000_000, '1973-03-03T09:46:40.000Z'],
    [-1, '1969-12-31T23:59:59.000Z'],
  ])('%s, as senders in the field write it, is %s', async (timestamp, occurredAt) => {
    const { position } = accepted(await server.post('/webhook/start', start({ timestamp })));
    expect((await server.event(position)).occurred_at).toBe(occurredAt);
  });

  it.each([
    ['2026-01-31T12:00:00', '2026-01-31T12:00:00.000Z'],
    ['2026-01-31T12:00:00.123456', '2026-01-31T12:00:00.123Z'],
  ])('%s, without a zone, is UTC: %s', async (timestamp, occurredAt) => {
    const { position } = accepted(await server.post('/webhook/start', start({ timestamp })));
    expect((await server.event(position)).occurred_at).toBe(occurredAt);
  });

  it.each([
    '',
    'yesterday',
    '2026-01-31',
    '12:00:00Z',
    '2026-02-30T12:00:00Z',
    '2025-02-29T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-01-31T25:00:00Z',
    '2026-01-31T12:60:00Z',
    '2026-01-31T12:00Z',
    '2026-01-31T12:00:00+24:00',
    '2026-01-31T12:00:00+03',
    '2026-01-31T12:00:00+0060',
    '2026-01-31T12:00:61Z',
    '9999-12-31T23:59:60Z',
    1e300,
    -1e11,
    '2026-01-31T12:00:00 UTC',
    '2026-01-31T12:00:00.Z',
    '+002026-01-31T12:00:00Z',
    '0000-12-31T23:59:59Z',
    '9999-12-31T23:59:59-01:00',
    '1790000000',
    ' 2026-01-31T12:00:00Z',
    '2026-01-31T12:00:00Z\n',
    '２０２６-01-31T12:00:00Z',
  ])('%j is no time', async (timestamp) => {
    const problem = refused(await server.post('/webhook/start', start({ timestamp })), 'invalid_body');
    expect(pointers(problem)).toEqual(['/timestamp']);
  });
});
