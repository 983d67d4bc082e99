import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start, status } from './testing/bodies.js';
import { accepted } from './testing/client.js';
import { createIngestServer, type IngestServer } from './testing/ingest-server.js';

let server: IngestServer;
beforeAll(async () => {
  server = await createIngestServer();
});
afterAll(() => server.close());

const REQUIRED = '"project":"shop","task":"Add a discount code","task_id":"task-1","agent":"claude"';

/** Posts text and gives the text that the log then holds. */
async function keptOf(text: string, kind = 'start'): Promise<string | null> {
  const { position } = accepted(await server.post(`/webhook/${kind}`, text));
  return (await server.event(position)).data_text;
}

describe('the payload is kept as the bytes that were sent', () => {
  it.each([
    ['numbers as they were written', `{${REQUIRED},"a":1.0,"b":1e3,"c":-0,"d":0.10,"e":1E+2}`],
    ['integers beyond 2^53', `{${REQUIRED},"metadata":{"id":12345678901234567890123}}`],
    ['numbers beyond a double', `{${REQUIRED},"metadata":{"huge":1e400,"tiny":1e-400}}`],
    ['the order of keys', `{"zebra":1,${REQUIRED},"apple":2,"10":1,"9":2}`],
    ['white space', ` \r\n\t{ ${REQUIRED} ,\n "a" : [ ] }\n `],
    ['duplicate keys', `{${REQUIRED},"a":1,"a":2}`],
    ['unicode', `{${REQUIRED},"a":"Разработка 開発 👩‍💻 \u{10FFFF}"}`],
    ['unicode that is not normalised', `{${REQUIRED},"a":"e\u0301","b":"\u00e9"}`],
    ['line separators of JavaScript', `{${REQUIRED},"a":"\u2028\u2029"}`],
    ['escapes', `{${REQUIRED},"a":"\\u00e9\\/\\b\\ud83d\\ude00"}`],
    ['a key called __proto__', `{${REQUIRED},"__proto__":{"polluted":true},"constructor":1}`],
    ['a key called __proto__ in metadata', `{${REQUIRED},"metadata":{"__proto__":{"polluted":true}}}`],
    ['unknown fields', `{${REQUIRED},"session":{"id":1},"tags":["a",null,false]}`],
    ['empty keys', `{${REQUIRED},"":{"":""}}`],
  ])('%s', async (_what, text) => {
    expect(await keptOf(text)).toBe(text);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('progress as it was sent', async () => {
    const text = `{${REQUIRED},"status":"running","progress":33.30}`;
    expect(await keptOf(text, 'status')).toBe(text);
  });

  it.each(['null', '"done"', '{"files":["a.py"]}', '[1,2.0,3]', 'false', '0'])(
    'a result of any JSON: %s',
    async (result) => {
      const text = `{${REQUIRED},"result":${result}}`;
      expect(await keptOf(text, 'finish')).toBe(text);
    },
  );

  it('a payload of almost a mebibyte', async () => {
    const text = JSON.stringify(start({ metadata: { log: 'я'.repeat(500_000) } }));
    expect(await keptOf(text)).toBe(text);
  });

  it('even when the names of a task are written with escapes', async () => {
    const text = `{"project":"\\u0448op","task":"T","task_id":"a\\/b","agent":"\\"c\\""}`;
    const answer = accepted(await server.post('/webhook/start', text));
    expect(answer).toMatchObject({ project: 'шop', task_id: 'a/b' });
    const event = await server.event(answer.position);
    expect(event).toMatchObject({ project: 'шop', task_id: 'a/b', agent: '"c"', data_text: text });
  });
});

describe('of a key given twice', () => {
  it('the last one counts, as JSON.parse has it', async () => {
    const text = `{${REQUIRED},"agent":"gemini","project":"site"}`;
    const answer = accepted(await server.post('/webhook/start', text));
    expect(answer.project).toBe('site');
    expect(await server.event(answer.position)).toMatchObject({ agent: 'gemini', data_text: text });
  });
});

describe('an optional field that is null', () => {
  it('counts as absent', async () => {
    const body = status({
      metadata: null,
      timestamp: null,
      event_id: null,
      progress: null,
      message: null,
    });
    const first = accepted(await server.post('/webhook/status', body));
    const second = accepted(await server.post('/webhook/status', body));
    expect(second.duplicate).toBe(false);
    expect(second.position).toBe(first.position + 1);
    expect((await server.event(first.position)).occurred_at).toBeNull();
  });
});
