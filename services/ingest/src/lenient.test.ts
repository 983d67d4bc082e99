import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { item, lines, start } from './testing/bodies.js';
import { accepted, items, outcomes, pointers, refused } from './testing/client.js';
import { createIngestServer, type IngestServer } from './testing/ingest-server.js';

let server: IngestServer;
beforeAll(async () => {
  server = await createIngestServer();
});
afterAll(() => server.close());

const SURROGATE = Buffer.from([0xed, 0xa0, 0x80]);
const withMember = (member: string) => `${JSON.stringify(start()).slice(0, -1)},${member}}`;
/** The text with the bytes of a lone surrogate for each question mark. */
const raw = (text: string) =>
  Buffer.concat(
    text
      .split('?')
      .flatMap((part, index) => (index === 0 ? [Buffer.from(part)] : [SURROGATE, Buffer.from(part)])),
  );

describe('a report that is to be taken leniently', () => {
  it.each([
    ['an escaped NUL', withMember('"note":"a\\u0000b"'), withMember('"note":"a\\ufffdb"')],
    ['a raw NUL', withMember('"note":"a\0b"'), withMember('"note":"a\ufffdb"')],
    ['an escaped surrogate', withMember('"note":"\\uD83D!"'), withMember('"note":"\\ufffd!"')],
    ['two in the wrong order', withMember('"note":"\\ude00\\ud83d"'), withMember('"note":"\\ufffd\\ufffd"')],
    ['a raw surrogate', raw(withMember('"note":"?"')), withMember('"note":"\ufffd"')],
    [
      'keys',
      withMember('"metadata":{"a\\u0000":1,"b\0":2}'),
      withMember('"metadata":{"a\\ufffd":1,"b\ufffd":2}'),
    ],
    [
      'a NUL behind an escaped backslash',
      withMember('"note":"\\\\\\u0000"'),
      withMember('"note":"\\\\\\ufffd"'),
    ],
  ])('has U+FFFD in the place of %s, and the answer says so', async (_what, sent, stored) => {
    const answer = accepted(await server.post('/webhook/start?lenient=true', sent));
    expect(answer.replaced).toBe(true);
    expect((await server.event(answer.position)).data_text).toBe(stored);
  });

  it.each([
    ['nothing to replace', JSON.stringify(start({ note: 'ü' }))],
    ['a pair', withMember('"note":"\\ud83d\\ude00"')],
    ['a backslash before u0000', withMember('"note":"\\\\u0000"')],
  ])('is stored as it came where there is %s', async (_what, sent) => {
    const answer = accepted(await server.post('/webhook/start?lenient=true', sent));
    expect(answer).not.toHaveProperty('replaced');
    expect((await server.event(answer.position)).data_text).toBe(sent);
  });

  it('is the same report when it comes again, and another one when it is fine', async () => {
    const sent = withMember('"event_id":"again\\u0000","note":"\0"');
    const first = accepted(await server.post('/webhook/start?lenient=true', sent));
    const again = accepted(await server.post('/webhook/start?lenient=true', sent));
    expect(again).toEqual({ ...first, duplicate: true });
    const other = withMember('"event_id":"again\\ufffd","note":"fine"');
    refused(await server.post('/webhook/start', other), 'idempotency_conflict');
  });

  it('names what was replaced in its project and task', async () => {
    const body = { ...start(), project: 'a\0', task_id: '\ud800' };
    expect(accepted(await server.post('/webhook/start?lenient=true', body))).toMatchObject({
      project: 'a\ufffd',
      task_id: '\ufffd',
    });
  });

  it.each(['{"a":"\0"', '\0', '{}\0', '{\0}', '"\\\0"', '{"a":"\\u00"}'])(
    'is malformed all the same: %j',
    async (sent) => {
      refused(await server.post('/webhook/start?lenient=true', sent), 'malformed_json');
      refused(await server.post('/webhook/start', sent), 'malformed_json');
    },
  );

  it('is too deep all the same, wherever a NUL lies in it', async () => {
    for (const text of ['\0', '\\u0000']) {
      const deep = withMember(`"note":${'['.repeat(100_000)}"${text}"${']'.repeat(100_000)}`);
      for (const path of ['/webhook/start', '/webhook/start?lenient=true'])
        refused(await server.post(path, deep), 'too_deep');
    }
  });

  it('is asked for with true', async () => {
    for (const value of ['', '1', 'yes', 'TRUE'])
      expect(
        pointers(refused(await server.post(`/webhook/start?lenient=${value}`, start()), 'invalid_parameter')),
      ).toEqual(['lenient']);
    refused(await server.post('/webhook/start?lenient=false', start({ task: '\0' })), 'invalid_text');
  });
});

describe('a batch', () => {
  const good = JSON.stringify(item('start'));
  const bad = ['"\\u0000"', '"\0"', '"\\ud800"'].map((note) => good.replace('{', `{"note":${note},`));

  it.each([
    ['an array', `[${[good, ...bad].join(',')}]`],
    ['NDJSON', lines(good, ...bad)],
  ])('as %s is refused and replaced item by item', async (what, body) => {
    const options = what === 'NDJSON' ? { headers: { 'Content-Type': 'application/x-ndjson' } } : {};
    expect(outcomes(await server.post('/webhook/batch', body, options))).toEqual([
      expect.any(Number),
      'invalid_text',
      'invalid_text',
      'invalid_text',
    ]);
    const taken = items(await server.post('/webhook/batch?lenient=true', body, options));
    expect(taken.map((one) => ('replaced' in one ? one.replaced : undefined))).toEqual([
      undefined,
      true,
      true,
      true,
    ]);
  });

  it('with surrogates that stand raw is refused and replaced item by item', async () => {
    const body = raw(`[${good},${good.replace('{', '{"note":"?",')}]`);
    expect(outcomes(await server.post('/webhook/batch', body))).toEqual([expect.any(Number), 'invalid_text']);
    expect(items(await server.post('/webhook/batch?lenient=true', body)).map(({ status }) => status)).toEqual(
      [202, 202],
    );
  });
});

describe('a byte order mark', () => {
  const MARK = '\ufeff';

  it('is skipped', async () => {
    const text = JSON.stringify(start());
    for (const path of ['/webhook/start', '/webhook/start?lenient=true']) {
      const answer = accepted(await server.post(path, MARK + text));
      expect(answer).not.toHaveProperty('replaced');
      expect((await server.event(answer.position)).data_text).toBe(text);
    }
    const text2 = JSON.stringify(item('start'));
    expect(items(await server.post('/webhook/batch', `${MARK}[${text2}]`))).toHaveLength(1);
    const ndjson = await server.batch(`${MARK}${text2}\n${MARK}${text2}\r\n`);
    expect(items(ndjson).map(({ status }) => status)).toEqual([202, 202]);
  });
});

describe('a key that stands twice', () => {
  it('counts with its last value, and is kept as it was sent', async () => {
    const text =
      '{"project":"first","project":"last","task_id":"t","task_id":"u","task":7,"task":"T","event_id":"one","event_id":"two","timestamp":"no","timestamp":0}';
    const answer = accepted(await server.post('/webhook/start', text));
    expect(answer).toMatchObject({ project: 'last', task_id: 'u' });
    const event = await server.event(answer.position);
    expect(event).toMatchObject({ data_text: text, occurred_at: '1970-01-01T00:00:00.000Z' });
    const meant = { project: 'last', task_id: 'u', task: 'T', event_id: 'two', timestamp: 0 };
    expect(accepted(await server.post('/webhook/start', meant))).toEqual({ ...answer, duplicate: true });
    const { rows } = await server.database
      .pool()
      .query(
        `SELECT data ->> 'project' AS project, data ->> 'task' AS task FROM log.events WHERE position = $1`,
        [answer.position],
      );
    expect(rows).toEqual([{ project: 'last', task: 'T' }]);
  });

  it('counts with its last value in a batch too', async () => {
    const text = '{"type":"error","type":"finish","project":"p","task_id":"t","\\u0074ask_id":"v"}';
    expect(items(await server.post('/webhook/batch', `[${text}]`))).toMatchObject([
      { status: 202, task_id: 'v' },
    ]);
    expect(items(await server.batch(`${text}\n`))).toMatchObject([{ status: 202, task_id: 'v' }]);
  });
});
