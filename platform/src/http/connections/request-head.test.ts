import { PROBLEMS, type ProblemCode } from '@att/contracts';
import { describe, expect, it } from 'vitest';
import { readHead } from './request-head.js';

const HOST = 'Host: att.example';
const read = (...lines: string[]) => readHead(lines.join('\r\n'));

function given(...lines: string[]) {
  const head = read(...lines);
  if ('code' in head) throw new Error(`refused: ${head.code}, ${head.detail}`);
  return head;
}

describe('a head', () => {
  it('is given on as it came, with how its body is framed', () => {
    const lines = ['POST /webhook/start?a=b HTTP/1.1', HOST, 'Content-Length:  12 ', 'X-Text: \u00e9\ta'];
    expect(given(...lines)).toEqual({
      method: 'POST',
      host: 'att.example',
      framing: { kind: 'length', bytes: 12 },
      opensSocket: false,
      text: `${lines.join('\r\n')}\r\n\r\n`,
    });
    expect(given('POST / HTTP/1.1', HOST, 'transfer-encoding: Chunked').framing).toEqual({ kind: 'chunked' });
    expect(given('GET / HTTP/1.0').framing).toEqual({ kind: 'length', bytes: 0 });
  });

  it('opens a WebSocket only as a GET of HTTP/1.1 without a body', () => {
    expect(given('GET /ws HTTP/1.1', HOST, 'Upgrade: WebSocket', 'Connection: Upgrade').opensSocket).toBe(
      true,
    );
    for (const line of ['POST /ws HTTP/1.1', 'GET /ws HTTP/1.0']) {
      const head = given(line, HOST, 'Upgrade: websocket');
      expect([head.opensSocket, head.text]).toEqual([false, `${line}\r\n${HOST}\r\n\r\n`]);
    }
  });

  it('loses the offers that are not taken up', () => {
    const { text } = given('GET / HTTP/1.1', HOST, 'Upgrade: h2c', 'HTTP2-Settings: AAMA', 'Accept: */*');
    expect(text).toBe(`GET / HTTP/1.1\r\n${HOST}\r\nAccept: */*\r\n\r\n`);
  });

  it('may name its whole URL, which must be that of the Host', () => {
    expect(given('GET http://ATT.example?a HTTP/1.1', HOST).text).toMatch(/^GET \/\?a HTTP\/1\.1\r\n/);
    expect(given('GET https://att.example/x HTTP/1.1', HOST).text).toMatch(/^GET \/x HTTP\/1\.1\r\n/);
  });
});

const GET = 'GET / HTTP/1.1';
const POST = 'POST / HTTP/1.1';

describe.each<[string, string[], ProblemCode]>([
  ['no version', ['GET /'], 'malformed_request'],
  ['two blanks', ['GET  / HTTP/1.1', HOST], 'malformed_request'],
  ['a method that is no token', ['G(T / HTTP/1.1', HOST], 'malformed_request'],
  ['a method that is not known', ['BREW / HTTP/1.1', HOST], 'method_not_implemented'],
  ['a method in lower case', ['get / HTTP/1.1', HOST], 'method_not_implemented'],
  ['CONNECT', ['CONNECT att.example:443 HTTP/1.1', HOST], 'method_not_implemented'],
  ['HTTP/2.0', ['GET / HTTP/2.0', HOST], 'version_not_supported'],
  ['the preface of HTTP/2', ['PRI * HTTP/2.0'], 'version_not_supported'],
  ['HTTP/1.2', ['GET / HTTP/1.2', HOST], 'version_not_supported'],
  ['HTTP/0.9', ['GET / HTTP/0.9', HOST], 'version_not_supported'],
  ['no Host', [GET], 'malformed_request'],
  ['an empty Host', [GET, 'Host:'], 'malformed_request'],
  ['two Hosts', [GET, HOST, 'Host: other'], 'malformed_request'],
  ['the same Host twice', [GET, HOST, HOST], 'malformed_request'],
  ['a Host with a path', [GET, 'Host: att.example/x'], 'malformed_request'],
  ['a Host with a user', [GET, 'Host: a@att.example'], 'malformed_request'],
  ['two names in a Host', [GET, 'Host: a, b'], 'malformed_request'],
  ['another host in the target', ['GET http://other/ HTTP/1.1', HOST], 'malformed_request'],
  ['another port in the target', ['GET http://att.example:81/ HTTP/1.1', HOST], 'malformed_request'],
  ['a user in the target', ['GET http://a@att.example/ HTTP/1.1', HOST], 'malformed_request'],
  ['another scheme', ['GET ftp://att.example/ HTTP/1.1', HOST], 'malformed_request'],
  ['a target without a slash', ['GET x HTTP/1.1', HOST], 'malformed_request'],
  ['GET *', ['GET * HTTP/1.1', HOST], 'malformed_request'],
  ['two lengths', [POST, HOST, 'Content-Length: 1', 'Content-Length: 1'], 'malformed_request'],
  ['a list of lengths', [POST, HOST, 'Content-Length: 1, 1'], 'malformed_request'],
  ['a signed length', [POST, HOST, 'Content-Length: +1'], 'malformed_request'],
  ['a negative length', [POST, HOST, 'Content-Length: -1'], 'malformed_request'],
  ['a hexadecimal length', [POST, HOST, 'Content-Length: 0x1'], 'malformed_request'],
  ['an empty length', [POST, HOST, 'Content-Length:'], 'malformed_request'],
  ['a length beyond all numbers', [POST, HOST, `Content-Length: ${'9'.repeat(30)}`], 'malformed_request'],
  ['length and chunks', [POST, HOST, 'Content-Length: 1', 'Transfer-Encoding: chunked'], 'malformed_request'],
  ['two codings', [POST, HOST, 'Transfer-Encoding: gzip, chunked'], 'coding_not_implemented'],
  ['gzip', [POST, HOST, 'Transfer-Encoding: gzip'], 'coding_not_implemented'],
  ['identity', [POST, HOST, 'Transfer-Encoding: identity'], 'coding_not_implemented'],
  ['chunked twice', [POST, HOST, 'Transfer-Encoding: chunked, chunked'], 'coding_not_implemented'],
  [
    'two Transfer-Encodings',
    [POST, HOST, 'Transfer-Encoding: chunked', 'Transfer-Encoding: x'],
    'malformed_request',
  ],
  ['chunks in HTTP/1.0', ['POST / HTTP/1.0', HOST, 'Transfer-Encoding: chunked'], 'malformed_request'],
  ['a folded line', [GET, HOST, 'A: b', ' c'], 'malformed_request'],
  ['a blank before a colon', [GET, HOST, 'A : b'], 'malformed_request'],
  ['a coding that hides', [POST, HOST, 'Transfer-Encoding : chunked'], 'malformed_request'],
  ['a field without a colon', [GET, HOST, 'A'], 'malformed_request'],
  ['a field without a name', [GET, HOST, ': b'], 'malformed_request'],
  ['a NUL', [GET, HOST, 'A: \0'], 'malformed_request'],
  ['a DEL', [GET, HOST, 'A: \x7f'], 'malformed_request'],
  ['an expectation', [POST, HOST, 'Expect: 200-ok'], 'expectation_failed'],
  ['one expectation too many', [POST, HOST, 'Expect: 100-continue', 'Expect: x'], 'expectation_failed'],
  ['too many fields', [GET, HOST, ...Array(200).fill('A: b')], 'headers_too_large'],
  ['a WebSocket with a body', [GET, HOST, 'Upgrade: websocket', 'Content-Length: 1'], 'malformed_request'],
])('%s', (_what, lines, code) => {
  it(`is refused with ${PROBLEMS[code].status}`, () => {
    expect(read(...lines)).toMatchObject({ code });
  });
});
