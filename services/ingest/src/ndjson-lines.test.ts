import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { item, lines } from './testing/bodies.js';
import { items, outcomes, pointers, refused } from './testing/client.js';
import { createIngestServer, type IngestServer } from './testing/ingest-server.js';

let server: IngestServer;
beforeEach(async () => {
  server = await createIngestServer();
});
afterEach(() => server.close());

const REQUIRED = '"type":"start","project":"shop","task":"T","task_id":"t","agent":"a"';
const line = JSON.stringify(item('start'));

const kept = async () => (await server.events()).map((event) => event.data_text);

describe('a line of NDJSON', () => {
  it('is kept byte for byte', async () => {
    const sent = [
      `{${REQUIRED},"a":1.0,"b":12345678901234567890123}`,
      `  { ${REQUIRED} ,\t"zebra":1,"apple":2 }  `,
      `{${REQUIRED},"a":1,"a":2,"__proto__":{"x":1}}`,
      `{${REQUIRED},"a":"Разработка 👩‍💻 \\u00e9 \u2028"}`,
    ];
    expect(outcomes(await server.batch(`${sent.join('\n')}\n`))).toEqual([1, 2, 3, 4]);
    expect(await kept()).toEqual(sent);
  });

  it('needs no newline after the last', async () => {
    expect(outcomes(await server.batch(`${line}\n${line}`))).toEqual([1, 2]);
    expect(await kept()).toEqual([line, line]);
  });

  it('may end with CRLF, which is not part of it', async () => {
    expect(outcomes(await server.batch(`${line}\r\n${line}\r\n`))).toEqual([1, 2]);
    expect(await kept()).toEqual([line, line]);
  });

  it('counts as nothing when it is blank', async () => {
    expect(outcomes(await server.batch(`\n\n${line}\n\n  \n\t\r\n${line}\n\n\n`))).toEqual([1, 2]);
  });

  it('that is malformed fails alone', async () => {
    const answer = await server.batch(`${line}\n{"type":"start","secret":hunter2}\n${line}\n{\n${line}`);
    expect(outcomes(answer)).toEqual([1, 'malformed_json', 2, 'malformed_json', 3]);
    expect(answer.text).not.toContain('hunter2');
  });

  it('that is not UTF-8 fails alone', async () => {
    const answer = await server.post(
      '/webhook/batch',
      Buffer.concat([Buffer.from(`${line}\n`), Buffer.from([0x22, 0xff, 0x22, 0x0a]), Buffer.from(line)]),
      { headers: { 'Content-Type': 'application/x-ndjson' } },
    );
    expect(outcomes(answer)).toEqual([1, 'malformed_utf8', 2]);
  });

  it('of other blanks than JSON has is malformed, not blank', async () => {
    expect(outcomes(await server.batch(`${line}\n\u00a0\n\uFEFF\n${line}`))).toEqual([
      1,
      'malformed_json',
      'malformed_json',
      2,
    ]);
  });

  it.each(['[]', '"text"', '7', 'null', 'true', `[${line}]`])('is no item when it is %s', async (wrong) => {
    const answer = await server.batch(`${line}\n${wrong}\n`);
    expect(outcomes(answer)).toEqual([1, 'invalid_body']);
    const [, second] = items(answer);
    expect(second !== undefined && 'code' in second ? pointers(second) : []).toEqual(['']);
  });

  it('that is nested too deeply fails alone', async () => {
    const deep = `{${REQUIRED},"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
    expect(outcomes(await server.batch(`${line}\n${deep}\n${line}`))).toEqual([1, 'too_deep', 2]);
  });

  it('distinguishes integers beyond 2^53 by its key', async () => {
    const of = (id: string) => `{${REQUIRED},"event_id":"k","id":${id}}`;
    const answer = await server.batch(
      lines(of('9007199254740993'), of('9007199254740992'), of('9007199254740993')),
    );
    expect(outcomes(answer)).toEqual([1, 'idempotency_conflict', '=1']);
  });
});

describe('the content type of NDJSON', () => {
  it.each(['application/x-ndjson', 'application/x-ndjson; charset=utf-8', 'Application/X-NDJSON'])(
    'may be %s',
    async (type) => {
      expect(outcomes(await server.batch(`${line}\n`, { headers: { 'Content-Type': type } }))).toEqual([1]);
    },
  );

  it.each(['text/plain', 'application/x-ndjson; charset=latin1', 'application/x-www-form-urlencoded'])(
    'may not be %s',
    async (type) => {
      const answer = await server.batch(`${line}\n`, { headers: { 'Content-Type': type } });
      refused(answer, 'unsupported_media_type');
    },
  );

  it('is not that of a JSON array', async () => {
    const answer = await server.batch(`${line}\n${line}\n`, {
      headers: { 'Content-Type': 'application/json' },
    });
    refused(answer, 'malformed_json');
  });
});

describe('an empty NDJSON body', () => {
  it.each(['', '\n', ' \r\n\n'])('%j is an empty batch', async (body) => {
    const answer = await server.batch(body);
    expect([answer.status, answer.text]).toEqual([207, '[]']);
  });
});
