import type { Authenticator } from '@att/platform/auth';
import { AppendError, type Appended } from '@att/platform/event-log';
import { createMetrics, type Registry } from '@att/platform/metrics';
import { silentLog } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { item, start } from './testing/bodies.js';
import { accepted, type Client, createClient, refused } from './testing/client.js';
import { serve } from './testing/ingest-server.js';
import { webhookRoutes } from './webhooks.js';

const EVENT_ID = '019b7a1e-0000-7000-8000-000000000001';
const authenticator: Authenticator = {
  authenticate(key) {
    if (key === 'writer') return { actor: 'writer', scopes: new Set(['ingest']) };
    if (key === 'reader') return { actor: 'reader', scopes: new Set(['read', 'operate', 'audit']) };
    return undefined;
  },
};

let append: () => Promise<Appended[]>;
let actors: string[];
let metrics: Registry;
let http: Awaited<ReturnType<typeof serve>>;
let client: Client;
beforeEach(async () => {
  append = async () => [{ outcome: 'stored', position: 1, eventId: EVENT_ID }];
  actors = [];
  metrics = createMetrics();
  const log = {
    append(events: readonly { actor: string }[]) {
      actors.push(...events.map((event) => event.actor));
      return append();
    },
  };
  http = await serve(
    webhookRoutes({ log, authenticator, logger: silentLog, metrics }),
    authenticator,
    metrics,
  );
  client = createClient(http.port, 'writer');
});
afterEach(() => http.close());

describe('a key', () => {
  it('without the scope ingest is forbidden to write', async () => {
    refused(await client.post('/webhook/start', start(), { key: 'reader' }), 'forbidden');
    refused(await client.batch([item('start')], { key: 'reader' }), 'forbidden');
    expect(actors).toEqual([]);
  });

  it('is who the event says wrote it', async () => {
    accepted(await client.post('/webhook/start', start()));
    expect(actors).toEqual(['writer']);
  });
});

describe('a log that fails', () => {
  it.each(['queue_full', 'database_unavailable', 'outcome_unknown', 'shutting_down'] as const)(
    'with %s is a 503 to be tried again',
    async (code) => {
      append = () => Promise.reject(new AppendError(code, 'connect ECONNREFUSED 10.0.0.7:5432'));
      for (const answer of [
        await client.post('/webhook/start', start()),
        await client.batch([item('start')]),
      ]) {
        refused(answer, code);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(answer.text).not.toContain('10.0.0.7');
      }
    },
  );

  it.each([
    ['that it knows', new AppendError('rejected', 'relation "log.events" is broken')],
    ['that nobody expected', new Error('relation "log.events" is broken')],
    ['that is no error at all', 'relation "log.events" is broken'],
  ])('in a way %s is a 500 without details', async (_what, failure) => {
    append = () => Promise.reject(failure);
    const answer = await client.post('/webhook/start', start());
    refused(answer, 'internal_error');
    expect(answer.text).not.toContain('relation');
  });
});

describe('the metric of answers', () => {
  it('counts them by status', async () => {
    await client.post('/webhook/start', start());
    await client.post('/webhook/start', start());
    await client.post('/webhook/start', {});
    await client.post('/webhook/begin', {});
    const text = await metrics.getSingleMetricAsString('att_webhook_answers_total');
    expect(text).toContain('att_webhook_answers_total{status="202"} 2');
    expect(text).toContain('att_webhook_answers_total{status="422"} 1');
    expect(text).toContain('att_webhook_answers_total{status="404"} 1');
  });
});
