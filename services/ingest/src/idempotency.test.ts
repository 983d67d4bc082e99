import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { finish, item, start, status } from './testing/bodies.js';
import { accepted, outcomes, pointers, refused } from './testing/client.js';
import { API_KEY, createIngestServer, type IngestServer } from './testing/ingest-server.js';
import { openRaw, postHead } from './testing/raw-connection.js';

let server: IngestServer;
beforeEach(async () => {
  server = await createIngestServer();
});
afterEach(() => server.close());

const keyed = (key: string, body: unknown = start(), path = '/webhook/start') =>
  server.post(path, body, { headers: { 'Idempotency-Key': key } });

describe('an idempotency key', () => {
  it.each([
    ['the Idempotency-Key header', () => keyed('k')],
    [
      'the webhook-id header',
      () => server.post('/webhook/start', start(), { headers: { 'webhook-id': 'k' } }),
    ],
    ['event_id in the body', () => server.post('/webhook/start', start({ event_id: 'k' }))],
  ])('in %s makes a second try a duplicate of the first', async (_where, send) => {
    const first = accepted(await send());
    const second = accepted(await send());
    expect(first.duplicate).toBe(false);
    expect(second).toEqual({ ...first, duplicate: true });
    expect(await server.events()).toHaveLength(1);
  });

  it('is not what we call event_id', async () => {
    const { event_id } = accepted(await keyed('k'));
    expect(event_id).not.toBe('k');
  });

  it('takes no position for a duplicate', async () => {
    accepted(await keyed('k'));
    accepted(await keyed('k'));
    expect(accepted(await server.post('/webhook/start', start())).position).toBe(2);
  });

  it('is one and the same in header and body', async () => {
    const body = start({ event_id: 'k' });
    const headers = { 'Idempotency-Key': 'k', 'webhook-id': 'k' };
    accepted(await server.post('/webhook/start', body, { headers }));
    expect(accepted(await server.post('/webhook/start', body)).duplicate).toBe(true);
  });

  it('is the same in header and body where it is not ASCII', async () => {
    const body = start({ event_id: 'bestellung-äà-日本' });
    const asUtf8 = Buffer.from('bestellung-äà-日本', 'utf8').toString('latin1');
    const first = accepted(await keyed(asUtf8, body));
    expect(accepted(await server.post('/webhook/start', body))).toEqual({ ...first, duplicate: true });
  });

  it.each<[string, Record<string, string>, string | undefined]>([
    ['the two headers', { 'Idempotency-Key': 'a', 'webhook-id': 'b' }, undefined],
    ['header and body', { 'Idempotency-Key': 'a' }, 'b'],
    ['webhook-id and body', { 'webhook-id': 'a' }, 'b'],
    ['one of three', { 'Idempotency-Key': 'a', 'webhook-id': 'a' }, 'b'],
  ])('that differs between %s is refused', async (_where, headers, event_id) => {
    const answer = await server.post('/webhook/start', start({ event_id }), { headers });
    expect(answer.status).toBe(422);
    expect(await server.events()).toEqual([]);
  });

  it('may have 200 characters, not 201', async () => {
    accepted(await keyed('k'.repeat(200)));
    expect((await keyed('k'.repeat(201))).status).toBe(422);
    expect(
      (await server.post('/webhook/start', start(), { headers: { 'webhook-id': 'k'.repeat(201) } })).status,
    ).toBe(422);
  });

  it('is distinguished from others by case and accents', async () => {
    const sent = ['k', 'K', 'ķ', 'k ', ' k', 'k\u0301'];
    for (const event_id of sent)
      expect(accepted(await server.post('/webhook/start', start({ event_id }))).duplicate).toBe(false);
  });

  it('counts in its project alone', async () => {
    accepted(await keyed('k', start({ project: 'shop' })));
    const other = accepted(await keyed('k', start({ project: 'site' })));
    expect(other).toMatchObject({ project: 'site', position: 2, duplicate: false });
  });

  it('that is not ASCII is fine in a body, and no trouble in a header', async () => {
    const connection = await openRaw(server.port);
    const text = JSON.stringify(start());
    const head = postHead('/webhook/start', API_KEY, {
      'Content-Length': text.length,
      'Idempotency-Key': 'ключ',
    });
    for (const duplicate of [false, true]) {
      connection.write(head + text);
      expect(accepted(await connection.answer()).duplicate).toBe(duplicate);
    }
    connection.reset();
  });

  it('may have a comma, but a header that is sent twice is refused', async () => {
    accepted(await keyed('a, b'));
    expect(accepted(await keyed('a, b')).duplicate).toBe(true);
    const connection = await openRaw(server.port);
    const text = JSON.stringify(start());
    const head = postHead('/webhook/start', API_KEY, {
      'Content-Length': text.length,
      'webhook-id': 'a\r\nwebhook-id: b',
    });
    connection.write(head + text);
    expect(pointers(refused(await connection.answer(), 'invalid_parameter'))).toEqual(['webhook-id']);
    connection.reset();
  });

  it('survives a restart of the service', async () => {
    const first = accepted(await keyed('k'));
    await server.drain();
    const again = await createIngestServer(() => server.database.connectionString);
    try {
      const answer = await again.post('/webhook/start', start(), { headers: { 'Idempotency-Key': 'k' } });
      expect(accepted(answer)).toEqual({ ...first, duplicate: true });
    } finally {
      await again.close();
    }
  });
});

describe('the same key again', () => {
  const original = '{"project":"p","task":"T","task_id":"t","agent":"a","metadata":{"x":1,"y":[1,2]}}';

  it.each([
    [
      'white space',
      '{ "project" : "p",\n"task":"T","task_id":"t","agent":"a","metadata":{"x":1,"y":[1, 2]}}',
    ],
    [
      'the order of keys',
      '{"metadata":{"y":[1,2],"x":1},"agent":"a","task_id":"t","task":"T","project":"p"}',
    ],
    ['escapes', '{"project":"\\u0070","task":"T","task_id":"t","agent":"a","metadata":{"x":1,"y":[1,2]}}'],
  ])('is a duplicate when only %s differ', async (_what, text) => {
    accepted(await keyed('k', original));
    expect(accepted(await keyed('k', text))).toMatchObject({ position: 1, duplicate: true });
  });

  it.each([
    ['a value', original.replace('"T"', '"U"')],
    ['a nested value', original.replace('[1,2]', '[1,3]')],
    ['the order of an array', original.replace('[1,2]', '[2,1]')],
    ['the type of a value', original.replace('"x":1', '"x":"1"')],
    ['an additional field', original.replace('{', '{"z":null,')],
    ['a missing field', original.replace(',"metadata":{"x":1,"y":[1,2]}', '')],
    ['the task', original.replace('"t"', '"u"')],
    ['the unicode form', original.replace('"T"', '"T\u0301"')],
  ])('is a conflict when %s differs', async (_what, text) => {
    accepted(await keyed('k', original));
    const problem = refused(await keyed('k', text), 'idempotency_conflict');
    expect(problem.detail).not.toContain('metadata');
    expect(await server.events()).toHaveLength(1);
  });

  it('is a conflict on another webhook', async () => {
    accepted(await keyed('k', finish({ result: 'ok' }), '/webhook/start'));
    refused(await keyed('k', finish({ result: 'ok' }), '/webhook/finish'), 'idempotency_conflict');
  });

  it('distinguishes integers beyond 2^53', async () => {
    const text = (id: string) => `{"project":"p","task":"T","task_id":"t","agent":"a","id":${id}}`;
    accepted(await keyed('k', text('9007199254740993')));
    refused(await keyed('k', text('9007199254740992')), 'idempotency_conflict');
    expect(accepted(await keyed('k', text('9007199254740993'))).duplicate).toBe(true);
  });

  it('distinguishes long fractions', async () => {
    const text = (x: string) => `{"project":"p","task":"T","task_id":"t","agent":"a","x":${x}}`;
    accepted(await keyed('k', text('0.1')));
    refused(await keyed('k', text('0.1000000000000000000001')), 'idempotency_conflict');
  });

  it.each([
    ['1', '1.0', 'duplicate'],
    ['100', '1e2', 'duplicate'],
    ['0', '-0', 'duplicate'],
    ['1e400', '1e400', 'duplicate'],
    ['1e400', '1e401', 'conflict'],
    ['1e-400', '0', 'conflict'],
    ['null', 'false', 'conflict'],
    ['"1"', '1', 'conflict'],
    ['[]', '{}', 'conflict'],
    ['[1]', '{"0":1}', 'conflict'],
    ['{"value":"1","isLosslessNumber":true}', '1', 'conflict'],
  ])('%s and then %s is a %s', async (first, second, outcome) => {
    const text = (x: string) => `{"project":"p","task":"T","task_id":"t","agent":"a","x":${x}}`;
    accepted(await keyed('k', text(first)));
    const answer = await keyed('k', text(second));
    if (outcome === 'duplicate') expect(accepted(answer).duplicate).toBe(true);
    else refused(answer, 'idempotency_conflict');
  });

  it('takes keys called __proto__ for what they are', async () => {
    const text = (x: number) => `{"project":"p","task":"T","task_id":"t","agent":"a","__proto__":{"x":${x}}}`;
    accepted(await keyed('k', text(1)));
    refused(await keyed('k', text(2)), 'idempotency_conflict');
    expect(accepted(await keyed('k', text(1))).duplicate).toBe(true);
  });

  it('is a duplicate when the first event was erased since', async () => {
    accepted(await keyed('k', original));
    await server.database.pool().query(`
      SET LOCAL ROLE att_eraser;
      UPDATE log.events SET data = NULL, salt = NULL WHERE position = 1`);
    const second = accepted(await keyed('k', original.replace('"T"', '"U"')));
    expect(second).toMatchObject({ position: 1, duplicate: true });
  });
});

describe('at the same time', () => {
  it('50 equal requests store exactly one event', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => keyed('k')));
    const all = answers.map(accepted);
    expect(all.filter((answer) => !answer.duplicate)).toHaveLength(1);
    expect(new Set(all.map(({ position, event_id }) => `${position} ${event_id}`)).size).toBe(1);
    expect(await server.events()).toHaveLength(1);
  });

  it('50 different requests with one key store exactly one event', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => keyed('k', status({ progress: index }), '/webhook/status')),
    );
    expect(answers.filter((answer) => answer.status === 202)).toHaveLength(1);
    for (const answer of answers) if (answer.status !== 202) refused(answer, 'idempotency_conflict');
    expect(await server.events()).toHaveLength(1);
  });

  it('two services on one log store exactly one event', async () => {
    const other = await createIngestServer(() => server.database.connectionString);
    try {
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          (index % 2 === 0 ? server : other).post('/webhook/start', start({ event_id: `k${index >> 2}` })),
        ),
      );
      expect(answers.map(accepted).filter((answer) => !answer.duplicate)).toHaveLength(15);
      expect((await server.events()).map((event) => event.position)).toEqual(
        Array.from({ length: 15 }, (_, index) => index + 1),
      );
    } finally {
      await other.close();
    }
  });
});

describe('inside one batch', () => {
  it('a second item is a duplicate of the first, or in conflict with it', async () => {
    const answer = await server.batch([
      item('start', { event_id: 'k' }),
      item('start', { event_id: 'k' }),
      item('start', { event_id: 'k', task: 'Another' }),
      item('finish', { event_id: 'k' }),
      item('start', { event_id: 'k', project: 'site' }),
      item('start', { event_id: 'l' }),
    ]);
    expect(outcomes(answer)).toEqual([1, '=1', 'idempotency_conflict', 'idempotency_conflict', 2, 3]);
    expect(await server.events()).toHaveLength(3);
  });

  it('the same batch again is all duplicates', async () => {
    const batch = [item('start', { event_id: 'a' }), item('status', { event_id: 'b' })];
    expect(outcomes(await server.batch(batch))).toEqual([1, 2]);
    expect(outcomes(await server.batch(batch))).toEqual(['=1', '=2']);
  });
});
