import { WEBHOOK_KINDS, type WebhookKind } from '@att/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BODIES, type Body, error, finish, start, status } from './testing/bodies.js';
import { accepted, pointers, refused } from './testing/client.js';
import { createIngestServer, type IngestServer } from './testing/ingest-server.js';

let server: IngestServer;
beforeAll(async () => {
  server = await createIngestServer();
});
afterAll(() => server.close());

/** Pointers of a body's refusal. */
async function wrongIn(kind: string, body: unknown): Promise<string[]> {
  const problem = refused(await server.post(`/webhook/${kind}`, body), 'invalid_body');
  for (const { detail } of problem.errors ?? []) expect(detail).not.toBe('');
  return pointers(problem).sort();
}

const REQUIRED: Readonly<Record<WebhookKind, readonly string[]>> = {
  start: ['/project', '/task_id'],
  status: ['/project', '/task_id'],
  finish: ['/project', '/task_id'],
  error: ['/error_message', '/error_type', '/project', '/task_id'],
};
/** Text where it is there; absent and null mean the same. */
const OPTIONAL: Readonly<Record<WebhookKind, readonly string[]>> = {
  start: ['/agent', '/parent_task_id', '/task', '/task_hint'],
  status: ['/agent', '/parent_task_id', '/status', '/task', '/task_hint'],
  finish: ['/agent', '/parent_task_id', '/task', '/task_hint'],
  error: ['/agent', '/parent_task_id', '/task', '/task_hint'],
};

/** Required text that may be empty: many exceptions have a type and no message. */
const MAY_BE_EMPTY: readonly string[] = ['/error_message'];

describe.each(WEBHOOK_KINDS)('a %s', (kind) => {
  it('needs its fields, and each that is missing is pointed to', async () => {
    expect(await wrongIn(kind, {})).toEqual(REQUIRED[kind]);
  });

  it('needs more than nulls in them', async () => {
    const nulls = Object.fromEntries(REQUIRED[kind].map((pointer) => [pointer.slice(1), null]));
    expect(await wrongIn(kind, nulls)).toEqual(REQUIRED[kind]);
  });

  it('needs no more than them, and takes null for what is absent', async () => {
    const nulls = OPTIONAL[kind].map((pointer) => [pointer.slice(1), null]);
    const required = Object.fromEntries(REQUIRED[kind].map((pointer) => [pointer.slice(1), 'x']));
    for (const body of [required, { ...required, ...Object.fromEntries(nulls) }]) {
      const { position } = accepted(await server.post(`/webhook/${kind}`, body));
      expect(await server.event(position)).toMatchObject({ agent: null, data_text: JSON.stringify(body) });
    }
  });

  it.each([[7], [true], [['a']], [{ a: 1 }]])('needs text in its fields, not %j', async (value) => {
    const fields = [...REQUIRED[kind], ...OPTIONAL[kind]].sort();
    const wrong = Object.fromEntries(fields.map((pointer) => [pointer.slice(1), value]));
    expect(await wrongIn(kind, wrong)).toEqual(fields);
  });

  it('needs names and a title that are not empty', async () => {
    const fields = [...REQUIRED[kind], ...OPTIONAL[kind]].sort();
    const empty = Object.fromEntries(fields.map((pointer) => [pointer.slice(1), '']));
    expect(await wrongIn(kind, empty)).toEqual(fields.filter((pointer) => !MAY_BE_EMPTY.includes(pointer)));
  });

  it.each(['[]', '"text"', '7', 'null', 'true', '[{"project":"shop"}]'])(
    'is an object, not %s',
    async (body) => {
      expect(await wrongIn(kind, body)).toEqual(['']);
    },
  );

  it.each([['text'], [[]], [7], [true]])('takes no metadata such as %j', async (metadata) => {
    expect(await wrongIn(kind, BODIES[kind]({ metadata }))).toEqual(['/metadata']);
  });

  it('takes no event_id that is not text, and no timestamp that is neither text nor a number', async () => {
    expect(await wrongIn(kind, BODIES[kind]({ event_id: 7, timestamp: true }))).toEqual([
      '/event_id',
      '/timestamp',
    ]);
  });
});

describe('a body that is wrong in several places', () => {
  it('names each of them once', async () => {
    const body = { project: '', task: 'T', agent: 7, progress: -1, metadata: [], timestamp: 'yesterday' };
    expect(await wrongIn('status', body)).toEqual([
      '/agent',
      '/metadata',
      '/progress',
      '/project',
      '/task_id',
      '/timestamp',
    ]);
  });
});

describe('lengths', () => {
  const names: [string, (fields: Body) => Body, string][] = [
    ['project', start, 'start'],
    ['task_id', start, 'start'],
    ['agent', start, 'start'],
    ['event_id', start, 'start'],
    ['status', status, 'status'],
    ['error_type', error, 'error'],
  ];

  it.each(names)('%s may have 200 characters, not 201', async (field, body, kind) => {
    accepted(await server.post(`/webhook/${kind}`, body({ [field]: 'я'.repeat(200) })));
    expect(await wrongIn(kind, body({ [field]: 'я'.repeat(201) }))).toEqual([`/${field}`]);
  });

  it('a title may have 2,000 characters, not 2,001', async () => {
    const title = '開'.repeat(2_000);
    const { position } = accepted(await server.post('/webhook/start', start({ task: title })));
    expect(JSON.parse((await server.event(position)).data_text ?? '')).toMatchObject({ task: title });
    expect(await wrongIn('start', start({ task: `${title}x` }))).toEqual(['/task']);
  });

  it('other text is bounded by the body alone', async () => {
    const long = 'x'.repeat(300_000);
    accepted(await server.post('/webhook/status', status({ message: long })));
    accepted(await server.post('/webhook/finish', finish({ result: long })));
    accepted(await server.post('/webhook/error', error({ error_message: long, stack_trace: long })));
  });

  it('are counted in characters, not in UTF-16 units', async () => {
    const emoji = '😀'.repeat(200);
    const body = start({ project: emoji, task_id: emoji, agent: emoji, task: '😀'.repeat(2_000) });
    expect(accepted(await server.post('/webhook/start', body)).project).toBe(emoji);
    expect(await wrongIn('start', start({ agent: `${emoji}😀` }))).toEqual(['/agent']);
  });

  it('of the longest names, which compress badly, are no trouble to the log', async () => {
    const random = () =>
      Array.from({ length: 200 }, () =>
        String.fromCodePoint(0x20000 + Math.floor(Math.random() * 0xa000)),
      ).join('');
    const body = start({ project: random(), task_id: random(), agent: random(), event_id: random() });
    accepted(await server.post('/webhook/start', body));
  });

  it.each([' ', '\u0001', '\u200b\ufeff', '\u3164', '\u2800', '\u202e \u00ad'])(
    'a name with nothing visible in it is refused: %j',
    async (name) => {
      for (const field of ['project', 'task_id', 'agent', 'task', 'parent_task_id'])
        expect(await wrongIn('start', start({ [field]: name })), field).toEqual([`/${field}`]);
    },
  );

  it.each([
    ' a ',
    '/',
    '..',
    '%2F',
    '\\u0000',
    '\u2400',
    'NULL',
    '{}',
    '{a,b}',
    '"',
    '\\',
    "'; --",
    '\u200b\u0001x',
    '__proto__',
  ])('a name may be %j', async (name) => {
    const body = start({ project: name, task_id: name, agent: name, event_id: name });
    const answer = accepted(await server.post('/webhook/start', body));
    expect(answer).toMatchObject({ project: name, task_id: name });
    const event = await server.event(answer.position);
    expect(event).toMatchObject({ project: name, task_id: name, agent: name });
  });
});

describe('progress', () => {
  it.each([0, 100, 33.3, 1e-9, -0])('may be %d', async (progress) => {
    accepted(await server.post('/webhook/status', status({ progress })));
  });

  it.each([-1, -0.001, 100.001, 101, '75', true, [], {}])('may not be %j', async (progress) => {
    expect(await wrongIn('status', status({ progress }))).toEqual(['/progress']);
  });

  it('may not be past what a number can hold', async () => {
    const text = JSON.stringify(status({ progress: 0 })).replace('"progress":0', '"progress":1e999');
    expect(await wrongIn('status', text)).toEqual(['/progress']);
  });

  it('means nothing outside a status', async () => {
    accepted(await server.post('/webhook/start', start({ progress: 'a lot' })));
  });
});

describe('the duration of a finish', () => {
  it.each([0, 0.25, 1_800, 1e12])('may be %d seconds', async (duration_seconds) => {
    accepted(await server.post('/webhook/finish', finish({ duration_seconds })));
  });

  it.each([-1, -0.1, '1800', false])('may not be %j', async (duration_seconds) => {
    expect(await wrongIn('finish', finish({ duration_seconds }))).toEqual(['/duration_seconds']);
  });
});

describe('optional text', () => {
  it('may be empty but must be text', async () => {
    accepted(await server.post('/webhook/status', status({ message: '' })));
    accepted(await server.post('/webhook/error', error({ error_message: '', stack_trace: '' })));
    expect(await wrongIn('status', status({ message: 7 }))).toEqual(['/message']);
    expect(await wrongIn('error', error({ stack_trace: ['line'] }))).toEqual(['/stack_trace']);
  });
});

describe('a problem', () => {
  it('says nothing of what was sent', async () => {
    const answer = await server.post(
      '/webhook/start',
      start({ agent: 7, secret: 'hunter2', timestamp: 'hunter2' }),
    );
    refused(answer, 'invalid_body');
    expect(answer.text).not.toContain('hunter2');
  });
});
