import { randomUUID } from 'node:crypto';
import { createAuthenticator } from '@att/platform/auth';
import type { Appended, NewEvent } from '@att/platform/event-log';
import { createMetrics } from '@att/platform/metrics';
import { RateLimiter } from '@att/platform/rate-limit';
import { createMemorySharedState } from '@att/platform/shared-state';
import { silentLog } from '@att/platform/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { item, lines, start } from './testing/bodies.js';
import { type Answer, accepted, type Client, createClient, items, refused } from './testing/client.js';
import { serve } from './testing/ingest-server.js';
import { webhookRoutes } from './webhooks.js';

const KEY = 'key-with-a-limit';

let stored: NewEvent[];
let http: Awaited<ReturnType<typeof serve>>;
let client: Client;

afterEach(() => http.close());

/** Ingest over a log that keeps what it is given in memory. */
async function startWith(limit: number | undefined): Promise<void> {
  stored = [];
  const metrics = createMetrics();
  const authenticator = createAuthenticator(KEY);
  const log = {
    append: async (events: readonly NewEvent[]): Promise<Appended[]> =>
      events.map((event) => ({ outcome: 'stored', eventId: randomUUID(), position: stored.push(event) })),
  };
  const sharedState = createMemorySharedState();
  const rateLimit =
    limit === undefined
      ? undefined
      : new RateLimiter({ name: 'webhooks', limit, sharedState, onRefused() {}, onFault() {} });
  http = await serve(
    webhookRoutes({ log, authenticator, logger: silentLog, metrics, rateLimit }),
    authenticator,
    metrics,
  );
  client = createClient(http.port, KEY);
}

const fields = ({ headers }: Answer) => [headers.get('ratelimit-policy'), headers.get('ratelimit')];
const batchOf = (count: number) => Array.from({ length: count }, () => item('start'));

describe.each([
  ['in one piece', '/webhook/start'],
  ['that is read as it comes', '/webhook/start?lenient=false'],
])('a report %s', (_, path) => {
  it('counts against the limit of its key, and says what is left', async () => {
    await startWith(3);
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await client.post(path, start()));
    for (const answer of answers) accepted(answer);
    expect(answers.map(fields)).toEqual(
      [2, 1, 0].map((left) => [
        '"webhooks";q=3;w=60',
        expect.stringMatching(new RegExp(`^"webhooks";r=${left};t=(60|5\\d)$`)),
      ]),
    );
    const late = await client.post(path, start());
    const { detail } = refused(late, 'rate_limited');
    expect(detail).toMatch(/^This key may make 3 reports a minute\. Send it again in \d+ s\.$/);
    expect(late.headers.get('retry-after')).toMatch(/^(60|5\d)$/);
    expect(fields(late)[1]).toMatch(/^"webhooks";r=0;t=(60|5\d)$/);
    expect(stored).toHaveLength(3);
  });

  it('counts also when it is refused for what it says', async () => {
    await startWith(1);
    const answer = await client.post(path, { project: 1 });
    refused(answer, 'invalid_body');
    expect(fields(answer)[1]).toMatch(/^"webhooks";r=0;t=(60|5\d)$/);
    refused(await client.post(path, start()), 'rate_limited');
  });

  it('does not count without a key', async () => {
    await startWith(1);
    refused(await client.post(path, start(), { key: 'wrong' }), 'unauthorized');
    accepted(await client.post(path, start()));
  });

  it('has no such headers where there is no limit', async () => {
    await startWith(undefined);
    const answer = await client.post(path, start());
    accepted(answer);
    expect(fields(answer)).toEqual([null, null]);
  });
});

describe('a batch', () => {
  it.each([
    ['an array', batchOf(6)],
    ['lines', lines(...batchOf(6))],
  ])('counts as many as it has items: %s', async (_, body) => {
    await startWith(10);
    const answer = await client.batch(body);
    expect(items(answer)).toHaveLength(6);
    expect(fields(answer)[1]).toMatch(/^"webhooks";r=4;/);
    refused(await client.batch(body), 'rate_limited');
    // The refused batch counted as one, and stored nothing.
    expect(stored).toHaveLength(6);
    expect(items(await client.batch(batchOf(3)))).toHaveLength(3);
    refused(await client.post('/webhook/start', start()), 'rate_limited');
  });

  it('counts its items that are refused, too', async () => {
    await startWith(5);
    expect(items(await client.batch([item('start'), 1, 2, 3, 4]))).toHaveLength(5);
    refused(await client.post('/webhook/start', start()), 'rate_limited');
  });

  it('of more items than the limit is told to be smaller, not to come again', async () => {
    await startWith(5);
    const { detail } = refused(await client.batch(batchOf(6)), 'too_many_items');
    expect(detail).toContain('5 reports a minute');
    expect(stored).toHaveLength(0);
  });

  it('of just as many passes', async () => {
    await startWith(5);
    expect(items(await client.batch(batchOf(5)))).toHaveLength(5);
  });

  it('is not even read once the limit is reached', async () => {
    await startWith(1);
    accepted(await client.post('/webhook/start', start()));
    refused(await client.batch('no JSON at all'), 'rate_limited');
  });
});
