import { WEBHOOK_KINDS, WEBHOOKS } from '@att/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { item, lines } from './testing/bodies.js';
import { items, outcomes, pointers, refused } from './testing/client.js';
import { createIngestServer, type IngestServer } from './testing/ingest-server.js';

let server: IngestServer;
beforeEach(async () => {
  server = await createIngestServer();
});
afterEach(() => server.close());

const REQUIRED = '"project":"shop","task":"T","task_id":"t","agent":"a"';

const FORMS = [
  ['a JSON array', (...bodies: Record<string, unknown>[]) => bodies],
  ['NDJSON', (...bodies: Record<string, unknown>[]) => lines(...bodies)],
] as const;

describe.each(FORMS)('a batch as %s', (_form, batchOf) => {
  it('answers item by item, in order, and stores them in that order', async () => {
    const sent = WEBHOOK_KINDS.map((kind, index) => item(kind, { task_id: `t${index}`, result: 1 }));
    const answer = await server.batch(batchOf(...sent));
    const events = await server.events();
    expect(items(answer)).toEqual(
      events.map((event, index) => ({
        status: 202,
        task_id: `t${index}`,
        project: 'shop',
        event_id: event.event_id,
        position: index + 1,
        duplicate: false,
      })),
    );
    expect(events.map((event) => event.type)).toEqual(WEBHOOK_KINDS.map((kind) => WEBHOOKS[kind].type));
    expect(events.map((event) => JSON.parse(event.data_text ?? ''))).toEqual(sent);
  });

  it('stores what is right and refuses what is wrong', async () => {
    const answer = await server.batch(
      batchOf(
        item('start', { task_id: 'a' }),
        item('start', { agent: 7, task: '' }),
        item('status', { task_id: 'b', progress: 101 }),
        { ...item('start'), type: 'begin' },
        { ...item('start'), type: undefined },
        { ...item('start'), type: null },
        item('error', { error_message: 'a\0b' }),
        item('error', { task_id: 'c', timestamp: '2026-01-31T12:00:00+01:00' }),
      ),
    );
    expect(outcomes(answer)).toEqual([
      1,
      'invalid_body',
      'invalid_body',
      'invalid_body',
      'invalid_body',
      'invalid_body',
      'invalid_text',
      2,
    ]);
    const wrong = items(answer).map((one) => ('code' in one ? pointers(one).sort() : undefined));
    expect(wrong).toEqual([
      undefined,
      ['/agent', '/task'],
      ['/progress'],
      ['/type'],
      ['/type'],
      ['/type'],
      ['/error_message'],
      undefined,
    ]);
    const events = await server.events();
    expect(events.map(({ task_id, occurred_at }) => [task_id, occurred_at])).toEqual([
      ['a', null],
      ['c', '2026-01-31T11:00:00.000Z'],
    ]);
  });

  it.each(['__proto__', 'constructor', 'toString', '', 'Start', 'task.started', 7, ['start'], {}])(
    'knows no type %j',
    async (type) => {
      const [one] = items(await server.batch(batchOf({ ...item('start'), type })));
      expect(one).toMatchObject({ code: 'invalid_body' });
      expect(one !== undefined && 'code' in one ? pointers(one) : []).toEqual(['/type']);
    },
  );

  it('takes its keys from the items', async () => {
    const keyed = batchOf(item('start', { event_id: 'a' }), item('start', { event_id: 'b', task_id: 'b' }));
    expect(outcomes(await server.batch(keyed))).toEqual([1, 2]);
    expect(outcomes(await server.batch(keyed))).toEqual(['=1', '=2']);
    const mixed = batchOf(
      item('start', { event_id: 'a' }),
      item('start'),
      item('finish', { event_id: 'b', result: 1 }),
    );
    expect(outcomes(await server.batch(mixed))).toEqual(['=1', 3, 'idempotency_conflict']);
  });

  it.each(['Idempotency-Key', 'webhook-id'])('takes no %s header, as it has many events', async (name) => {
    const answer = await server.batch(batchOf(item('start')), { headers: { [name]: 'k' } });
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await server.events()).toEqual([]);
  });

  it('gives each refused item the same request id as the answer', async () => {
    const answer = await server.batch(batchOf({}, {}));
    const ids = items(answer).map((one) => ('code' in one ? one.request_id : undefined));
    expect(new Set(ids)).toEqual(new Set([answer.headers.get('x-request-id')]));
  });

  it('needs a key like every webhook', async () => {
    refused(await server.batch(batchOf(item('start')), { key: undefined }), 'unauthorized');
  });
});

describe('a JSON array', () => {
  it('may be empty', async () => {
    const answer = await server.batch([]);
    expect([answer.status, answer.text]).toEqual([207, '[]']);
  });

  it.each(['{}', '"start"', '7', 'null', 'true'])('is not %s', async (body) => {
    const answer = await server.post('/webhook/batch', body);
    expect(pointers(refused(answer, 'invalid_body'))).toEqual(['']);
  });

  it('is refused whole when it is malformed', async () => {
    refused(
      await server.post('/webhook/batch', `[${JSON.stringify(item('start'))},{"type":`),
      'malformed_json',
    );
    refused(await server.post('/webhook/batch', Buffer.from('["\xff"]', 'latin1')), 'malformed_utf8');
    expect(await server.events()).toEqual([]);
  });

  it.each([['text'], [7], [null], [true], [[item('start')]]])('holds no %j', async (wrong) => {
    const answer = await server.batch([item('start'), wrong]);
    expect(outcomes(answer)).toEqual([1, 'invalid_body']);
    const [, second] = items(answer);
    expect(second !== undefined && 'code' in second ? pointers(second) : []).toEqual(['']);
  });

  it('keeps its items as the bytes that stood there', async () => {
    const sent = [
      `{"type":"start",${REQUIRED},"a":1.0,"b":1e400,"c":12345678901234567890123}`,
      `{ "type" : "start",\n${REQUIRED} ,"zebra":[ ],"9":1,"10":{"]":"[,"} }`,
      `{"type":"start",${REQUIRED},"a":1,"a":2,"note":"\\"],[\\\\"}`,
    ];
    expect(outcomes(await server.post('/webhook/batch', ` [\n\t${sent.join(' ,\r\n ')} ]\n`))).toEqual([
      1, 2, 3,
    ]);
    expect((await server.events()).map((event) => event.data_text)).toEqual(sent);
  });

  it('measures the depth of each item on its own', async () => {
    const deep = (levels: number) =>
      `{"type":"start",${REQUIRED},"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    const answer = await server.post('/webhook/batch', `[${deep(200)},${deep(201)},${deep(3)}]`);
    expect(outcomes(answer)).toEqual([1, 'too_deep', 2]);
  });

  it('of brackets alone is no trouble', async () => {
    const answer = await server.post('/webhook/batch', '['.repeat(2_000_000) + ']'.repeat(2_000_000));
    expect(answer.status === 207 ? outcomes(answer) : refused(answer, 'too_deep').code).toBeTruthy();
  });

  it('keeps the keys of its items that JavaScript treats apart', async () => {
    const text = JSON.stringify([item('start')]).replace('{', '{"__proto__":{"a":1},');
    expect(outcomes(await server.post('/webhook/batch', text))).toEqual([1]);
    const [event] = await server.events();
    expect(event?.data_text).toContain('"__proto__":{"a":1}');
  });

  it('keeps integers beyond 2^53 in its items, also to distinguish them', async () => {
    const text = (id: string) =>
      JSON.stringify([item('start', { event_id: 'k', id: 0 })]).replace('"id":0', `"id":${id}`);
    expect(outcomes(await server.post('/webhook/batch', text('9007199254740993')))).toEqual([1]);
    expect((await server.events())[0]?.data_text).toContain('9007199254740993');
    expect(outcomes(await server.post('/webhook/batch', text('9007199254740992')))).toEqual([
      'idempotency_conflict',
    ]);
    expect(outcomes(await server.post('/webhook/batch', text('9007199254740993')))).toEqual(['=1']);
  });
});
