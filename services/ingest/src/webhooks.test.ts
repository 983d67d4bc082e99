import { type TaskEventType, WEBHOOK_KINDS, type WebhookKind } from '@att/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BODIES } from './testing/bodies.js';
import { accepted } from './testing/client.js';
import { createIngestServer, type IngestServer } from './testing/ingest-server.js';

let server: IngestServer;
beforeAll(async () => {
  server = await createIngestServer();
});
afterAll(() => server.close());

const TYPES: Readonly<Record<WebhookKind, readonly [type: TaskEventType, message: string]>> = {
  start: ['task.started', 'Task started'],
  status: ['task.progressed', 'Task status updated'],
  finish: ['task.finished', 'Task finished'],
  error: ['task.failed', 'Task error recorded'],
};

describe.each(WEBHOOK_KINDS)('POST /webhook/%s', (kind) => {
  const [type, message] = TYPES[kind];

  it('answers with what was stored, and stores what was sent', async () => {
    const text = JSON.stringify(BODIES[kind]());
    const before = Date.now();
    const answer = accepted(await server.post(`/webhook/${kind}`, text));
    expect(answer).toEqual({
      status: 'accepted',
      message,
      task_id: 'task-1',
      project: 'shop',
      event_id: answer.event_id,
      position: answer.position,
      duplicate: false,
    });
    expect(answer.event_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);

    const event = await server.event(answer.position);
    expect(event).toEqual({
      position: answer.position,
      event_id: answer.event_id,
      type,
      project: 'shop',
      task_id: 'task-1',
      agent: 'claude',
      occurred_at: null,
      recorded_at: event.recorded_at,
      actor: 'bootstrap',
      data_text: text,
    });
    expect(Date.parse(event.recorded_at)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(event.recorded_at)).toBeLessThanOrEqual(Date.now());
  });
});

describe('positions', () => {
  it('are handed out one after another', async () => {
    const first = accepted(await server.post('/webhook/start', BODIES.start()));
    const second = accepted(await server.post('/webhook/finish', BODIES.finish()));
    expect(second.position).toBe(first.position + 1);
  });

  it('are not spent on what is refused', async () => {
    const first = accepted(await server.post('/webhook/start', BODIES.start()));
    expect((await server.post('/webhook/start', BODIES.start({ agent: '' }))).status).toBe(422);
    const second = accepted(await server.post('/webhook/start', BODIES.start()));
    expect(second.position).toBe(first.position + 1);
  });
});

describe('every answer', () => {
  it("has a request id, the sender's own if it gave a sane one", async () => {
    const own = await server.post('/webhook/start', BODIES.start(), {
      headers: { 'X-Request-Id': 'run-17' },
    });
    expect(own.headers.get('x-request-id')).toBe('run-17');
    const made = await server.post('/webhook/start', BODIES.start());
    expect(made.headers.get('x-request-id')).toMatch(/^\S{8,}$/);
  });

  it('is not to be cached or sniffed', async () => {
    for (const body of [BODIES.start(), {}]) {
      const { headers } = await server.post('/webhook/start', body);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});
