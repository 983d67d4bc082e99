import { MAX_JSON_DEPTH } from '@att/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start } from './testing/bodies.js';
import { accepted, pointers, refused } from './testing/client.js';
import { createIngestServer, type IngestServer } from './testing/ingest-server.js';

let server: IngestServer;
beforeAll(async () => {
  server = await createIngestServer();
});
afterAll(() => server.close());

/** A start's text with more members, written out by hand. */
const withMembers = (members: string) => `${JSON.stringify(start()).slice(0, -1)},${members}}`;

/** The bytes of a surrogate in the place of the last question mark. */
function rawSurrogate(text: string): Buffer {
  const [before = '', after = ''] = text.split('?');
  return Buffer.concat([Buffer.from(before), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from(after)]);
}

async function unstorable(body: string | Uint8Array): Promise<string[]> {
  return pointers(refused(await server.post('/webhook/start', body), 'invalid_text')).sort();
}

describe('malformed JSON', () => {
  it.each([
    ['', 'nothing'],
    [' \n', 'white space'],
    ['{', 'an open brace'],
    ['{"project":"hunter2"', 'a body that was cut off'],
    ['{"project":hunter2}', 'a bare word'],
    ["{'project':'hunter2'}", 'single quotes'],
    ['{"a":1,}', 'a trailing comma'],
    ['{"a":01}', 'a leading zero'],
    ['{"a":NaN}', 'NaN'],
    ['{"a":.5}', 'a bare fraction'],
    ['{"a":"hunter2\n"}', 'a raw newline in a string'],
    ['{"a":"\\x41"}', 'an unknown escape'],
    ['{"a":"\\u12"}', 'a short escape'],
    ['{}{}', 'two values'],
    ['{} hunter2', 'something after it'],
    ['\uFEFF\uFEFF{}', 'two byte order marks'],
    ['{}\u0000', 'a NUL behind it'],
    ['project=hunter2&task=x', 'a form'],
  ])('%j is refused: %s', async (body) => {
    const answer = await server.post('/webhook/start', body);
    refused(answer, 'malformed_json');
    expect(answer.text).not.toContain('hunter2');
  });
});

describe('malformed UTF-8', () => {
  it.each([
    ['a byte that never occurs', [0xff]],
    ['a lone continuation', [0x80]],
    ['a sequence that was cut off', [0xe2, 0x82]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a pair of surrogates in three bytes each', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
    ['a code point past the last', [0xf4, 0x90, 0x80, 0x80]],
    ['Latin-1', [0xe9]],
  ])('%s is refused', async (_what, bytes) => {
    const text = withMembers('"a":"?"');
    const at = text.lastIndexOf('?');
    const body = Buffer.concat([
      Buffer.from(text.slice(0, at)),
      Buffer.from(bytes),
      Buffer.from(text.slice(at + 1)),
    ]);
    refused(await server.post('/webhook/start', body), 'malformed_utf8');
  });

  it('UTF-16 is refused', async () => {
    const answer = await server.post('/webhook/start', Buffer.from(JSON.stringify(start()), 'utf16le'));
    expect(answer.status).toBe(400);
  });
});

describe('NUL', () => {
  it.each([
    ['in a field', JSON.stringify(start({ task: 'a\0b' })), '/task'],
    ['raw, in a field', withMembers('"note":"a\0b"'), '/note'],
    ['raw, in a key', withMembers('"metadata":{"a\0":1}'), '/metadata'],
    ['alone', JSON.stringify(start({ agent: '\0' })), '/agent'],
    ['in an unknown field', withMembers('"note":"\\u0000"'), '/note'],
    ['deep within', withMembers('"metadata":{"a":[1,{"b":["\\u0000"]}]}'), '/metadata/a/1/b/0'],
    ['after an escaped backslash', withMembers('"note":"\\\\\\u0000"'), '/note'],
    ['in a key', withMembers('"metadata":{"a\\u0000":1}'), '/metadata'],
    ['where the way there has slashes and tildes', withMembers('"a/b":{"c~d":"\\u0000"}'), '/a~1b/c~0d'],
    ['in an earlier of two equal keys', withMembers('"note":"\\u0000","note":"fine"'), undefined],
    ['in an idempotency key', withMembers('"event_id":"\\u0000"'), '/event_id'],
  ])('%s is refused', async (_where, body, pointer) => {
    const found = await unstorable(body);
    if (pointer !== undefined) expect(found).toEqual([pointer]);
  });
});

describe('a lone surrogate', () => {
  it.each([
    ['high, in a field', withMembers('"task":"\\ud83d"'), '/task'],
    ['raw, in a field', rawSurrogate(withMembers('"note":"?"')), '/note'],
    ['low, in a field', withMembers('"task":"\\ude00 x"'), '/task'],
    ['in upper-case hex', withMembers('"note":"\\uD83D!"'), '/note'],
    ['in the wrong order', withMembers('"note":"\\ude00\\ud83d"'), '/note'],
    ['high twice', withMembers('"note":"\\ud83d\\ud83d\\ude00"'), '/note'],
    ['deep within', withMembers('"metadata":{"a":[[["\\udfff"]]]}'), '/metadata/a/0/0/0'],
    ['in a key', withMembers('"metadata":{"\\ud800":1}'), '/metadata'],
    ['in an earlier of two equal keys', withMembers('"note":"\\ud800","note":"fine"'), undefined],
  ])('%s is refused', async (_where, body, pointer) => {
    const found = await unstorable(body);
    if (pointer !== undefined) expect(found).toEqual([pointer]);
  });

  it('in two places is pointed to in both, or in the first', async () => {
    const found = await unstorable(withMembers('"note":"\\ud800","other":"\\u0000"'));
    expect(found).toContain('/note');
  });
});

describe('what only looks like it', () => {
  it.each([
    ['an escaped backslash before u0000', '"note":"\\\\u0000"'],
    ['two escaped backslashes before u0000', '"note":"\\\\\\\\u0000"'],
    ['an escaped backslash before ud800', '"note":"\\\\ud800"'],
    ['a surrogate pair', '"note":"\\ud83d\\ude00"'],
    ['a surrogate pair after a backslash', '"note":"\\\\\\ud83d\\ude00"'],
    ['an escaped backslash in a key', '"\\\\u0000":1'],
    ['other control characters', '"note":"\\u0001\\u001f\\u007f\\n"'],
    ['the replacement character', '"note":"\ufffd"'],
    ['non-characters', '"note":"\uffff\ufdd0"'],
    ['u0000 without a backslash', '"note":"u0000"'],
    ['\\u00000, which is NUL and a zero elsewhere, escaped', '"note":"\\\\u00000"'],
  ])('passes: %s', async (_what, members) => {
    const text = withMembers(members);
    const { position } = accepted(await server.post('/webhook/start', text));
    expect((await server.event(position)).data_text).toBe(text);
  });
});

describe('depth', () => {
  const nested = (levels: number, open = '[', close = ']') =>
    withMembers(`"a":${open.repeat(levels - 1)}${close.repeat(levels - 1)}`);

  it(`may be ${MAX_JSON_DEPTH} levels, the body itself the first`, async () => {
    accepted(await server.post('/webhook/start', nested(MAX_JSON_DEPTH)));
  });

  it.each([MAX_JSON_DEPTH + 1, 1_000, 100_000, 500_000])('may not be %d levels', async (levels) => {
    refused(await server.post('/webhook/start', nested(levels)), 'too_deep');
  });

  it('may not be reached with objects either', async () => {
    const text = withMembers(`"a":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`);
    refused(await server.post('/webhook/start', text), 'too_deep');
  });

  it('is not counted by brackets within text', async () => {
    accepted(await server.post('/webhook/start', start({ note: '[{'.repeat(5_000) })));
  });

  it('is refused also where a NUL or half a character lies at its bottom', async () => {
    for (const text of ['\\u0000', '\\ud800']) {
      const body = withMembers(`"a":${'['.repeat(200_000)}"${text}"${']'.repeat(200_000)}`);
      const answer = await server.post('/webhook/start', body);
      expect(answer.status).toBe(422);
    }
  });

  it('does not matter where the JSON is malformed', async () => {
    const answer = await server.post('/webhook/start', '['.repeat(100_000));
    expect([400, 422]).toContain(answer.status);
  });
});
