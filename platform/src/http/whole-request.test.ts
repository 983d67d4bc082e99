import { createServer, type IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printedSeed } from '../testing/index.js';
import { readWhole, type WholeRequest } from './whole-request.js';

const takes = (path: string) => path === '/webhook/start';
const read = (text: string) => readWhole(Buffer.from(text, 'latin1'), takes, () => true);

const LINE = 'POST /webhook/start HTTP/1.1';
const post = (fields: readonly string[], body = '{}', line = LINE) =>
  `${[line, ...fields].join('\r\n')}\r\n\r\n${body}`;
const PLAIN = ['Host: localhost', 'X-API-Key: key', 'Content-Type: application/json', 'Content-Length: 2'];

describe('a request in one piece', () => {
  it('is read: path, headers, body', () => {
    expect(
      read(post([...PLAIN, 'Connection: Keep-Alive', 'User-Agent: curl/8', 'idempotency-key:  a b\t'])),
    ).toEqual({
      path: '/webhook/start',
      headers: {
        'content-type': 'application/json',
        'content-encoding': undefined,
        'x-api-key': 'key',
        authorization: undefined,
        'idempotency-key': 'a b',
        'webhook-id': undefined,
        'x-request-id': undefined,
      },
      body: Buffer.from('{}'),
    });
  });

  it.each([
    ['another path', post(PLAIN, '{}', 'POST /webhook/batch HTTP/1.1')],
    ['a query', post(PLAIN, '{}', 'POST /webhook/start?api_key=key HTTP/1.1')],
    ['another method', post(PLAIN, '{}', 'PUT /webhook/start HTTP/1.1')],
    ['HTTP/1.0', post(PLAIN, '{}', 'POST /webhook/start HTTP/1.0')],
    ['a body that is not all there', post(PLAIN, '{')],
    ['more than one body', post(PLAIN, '{}{')],
    ['a head that is not all there', 'POST /webhook/start HTTP/1.1\r\nHost: x\r\n'],
    ['no host', post(PLAIN.slice(1))],
    ['two hosts', post(['Host: other', ...PLAIN])],
    ['no length', post(PLAIN.slice(0, 3))],
    ['two lengths', post([...PLAIN, 'Content-Length: 2'])],
    ['a length in another form', post([...PLAIN.slice(0, 3), 'Content-Length: +2'])],
    ['chunks', post([...PLAIN, 'Transfer-Encoding: chunked'])],
    ['an expectation', post([...PLAIN, 'Expect: 100-continue'])],
    ['an offer', post([...PLAIN, 'Upgrade: h2c'])],
    ['a connection to be closed', post([...PLAIN, 'Connection: close'])],
    ['two keys', post([...PLAIN, 'X-API-Key: other'])],
    ['text outside ASCII', post([...PLAIN, 'Idempotency-Key: \xe9'])],
    ['a folded line', post([...PLAIN, 'User-Agent: a', ' b'])],
    ['a space before a colon', post([...PLAIN, 'User-Agent : a'])],
    ['a lone line feed', post([...PLAIN, 'User-Agent: a\nX: b'])],
    ['a lone carriage return', post([...PLAIN, 'User-Agent: a\rX: b'])],
    ['a name that every object has', post([...PLAIN, 'constructor: a'])],
    ['a large head', post([...PLAIN, `User-Agent: ${'a'.repeat(8 * 1024)}`])],
  ])('is left to node:http with %s', (_what, text) => {
    expect(read(text)).toBeUndefined();
  });
});

/** Header lines that are right, but for those that stand among the plain ones, and others that are not. */
const right = fc.constantFrom(
  'Connection: keep-alive',
  'Authorization: \t Bearer key',
  'Idempotency-Key:',
  'webhook-id: a b',
  'X-Request-Id: ~',
  'Content-Encoding: gzip',
  'Cookie: a=b',
  "x!#$%&'*+-.^_`|~9: a:b",
);
const wrong = fc.constantFrom(
  ...PLAIN,
  'HOST:\tx',
  'Content-Length:2',
  'content-length: 2 ',
  'Content-Length: 02',
  'Content-Length: 2, 2',
  'Content-Length: 3',
  'Content-Length : 2',
  'Transfer-Encoding: chunked',
  'transfer-encoding: identity',
  'Connection: close',
  'Connection: keep-alive, x-api-key',
  'Keep-Alive: timeout=5',
  'Trailer: x-api-key',
  'Expect: 100-continue',
  'Upgrade: websocket',
  '__proto__: a',
  'toString: a',
  ' folded: a',
  ': a',
  'no colon',
);
const field = fc.oneof({ weight: 3, arbitrary: right }, wrong);
const request = fc.record({
  line: fc.oneof(
    { weight: 6, arbitrary: fc.constant(LINE) },
    fc.constantFrom(
      'POST  /webhook/start HTTP/1.1',
      'POST /webhook/start HTTP/1.1 ',
      'post /webhook/start HTTP/1.1',
    ),
  ),
  plain: fc.constantFrom(PLAIN, PLAIN, PLAIN, []),
  fields: fc.array(field, { maxLength: 3 }),
  body: fc.constantFrom('{}', '{}', '\r\n', '{', '{}\r\n\r\nGET / HTTP/1.1\r\n\r\n'),
  damage: fc.option(
    fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      text: fc.constantFrom('\r', '\n', '\0', ' ', ':', '\x7f', '\xe9', 'a'),
    }),
    { freq: 3 },
  ),
});

describe('any request that is read', () => {
  it('is what node:http reads, and nothing else is there', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(request, async ({ line, plain, fields, body, damage }) => {
        let text = post([...plain, ...fields], body, line);
        if (damage !== null) {
          const at = Math.floor(damage.at * text.length);
          text = text.slice(0, at) + damage.text + text.slice(at);
        }
        const whole = read(text);
        if (whole === undefined) return;
        accepted += 1;
        const { headers } = whole;
        const all = await readByNode(text);
        expect(all).toEqual([{ ...whole, headers: expect.objectContaining(defined(headers)) }]);
        for (const [name, value] of Object.entries(headers))
          expect(all[0]?.headers[name as never]).toBe(value);
      }),
      { seed: printedSeed('whole requests'), numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(150);
  });
});

const defined = (headers: WholeRequest['headers']) =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));

/** Every request that node:http finds in the bytes; what it refuses is a request with no path. */
async function readByNode(text: string): Promise<WholeRequest[]> {
  const requests: WholeRequest[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const body = Buffer.concat(await request.toArray());
    requests.push({ path: request.url ?? '', headers: request.headers as never, body });
    response.end();
  });
  server.on('clientError', () => requests.push({ path: '', headers: {} as never, body: Buffer.alloc(0) }));
  const answered = new Promise<void>((resolve) => {
    const line = new Duplex({
      read() {},
      write(_chunk, _encoding, callback) {
        callback();
        setImmediate(resolve);
      },
    });
    line.on('error', () => resolve());
    server.emit('connection', line);
    line.push(Buffer.from(text, 'latin1'));
  });
  await answered;
  return requests;
}
