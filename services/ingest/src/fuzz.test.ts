import { gzipSync } from 'node:zlib';
import { WEBHOOK_KINDS, webhookAnswer } from '@att/contracts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BODIES } from './testing/bodies.js';
import { type Answer, checkedProblem, items } from './testing/client.js';
import { createIngestServer, type IngestServer } from './testing/ingest-server.js';

/** Another run: FUZZ_SEED=… FUZZ_RUNS=… */
const seed = Number(process.env.FUZZ_SEED ?? Date.now() & 0x7fffffff);
const numRuns = Number(process.env.FUZZ_RUNS ?? 300);
const SECONDS_TO_ANSWER = 60;

let server: IngestServer;
beforeAll(async () => {
  console.log(`fuzzing the webhooks: FUZZ_SEED=${seed} FUZZ_RUNS=${numRuns}`);
  server = await createIngestServer();
});
afterAll(() => server.close());

const kind = fc.constantFrom(...WEBHOOK_KINDS);
const text = fc.string({ unit: 'binary', maxLength: 30 });
const FIELDS = [
  'project',
  'task',
  'task_id',
  'agent',
  'status',
  'progress',
  'message',
  'result',
  'duration_seconds',
  'error_type',
  'error_message',
  'stack_trace',
  'metadata',
  'timestamp',
  'event_id',
  'type',
  '__proto__',
  'toString',
];
const value = fc.oneof(text, fc.jsonValue(), fc.double(), fc.constantFrom(null, '\0', '\ud800', '', [], {}));
const wrongBody = fc
  .tuple(kind, fc.dictionary(fc.oneof(fc.constantFrom(...FIELDS), text), value, { noNullPrototype: true }))
  .map(([kind, fields]) => JSON.stringify({ ...BODIES[kind](), ...fields }));

/** Valid JSON with a few of its characters replaced, removed or doubled. */
const damaged = fc
  .tuple(
    wrongBody,
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom('', '"', '\\', '{', ']', ',', '\0', '\ud800', '\\u0000', '\\udfff', '\ufeff', '1e9'),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
  )
  .map(([body, edits]) =>
    edits.reduce(
      (text, [at, put]) => text.slice(0, at % text.length) + put + text.slice((at % text.length) + 1),
      body,
    ),
  );

const body = fc.oneof(
  wrongBody,
  damaged,
  fc.json(),
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: 'binary' }),
);

/** UTF-8, but for surrogates that stand alone, which are encoded like characters. */
function bytesOf(sent: string | Uint8Array): Uint8Array {
  if (typeof sent !== 'string' || sent.isWellFormed()) return Buffer.from(sent);
  return Buffer.concat(
    Array.from(sent, (character) => {
      const code = character.codePointAt(0) as number;
      if (code < 0xd800 || code > 0xdfff) return Buffer.from(character);
      return Buffer.from([0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]);
    }),
  );
}

const query = fc.constantFrom('', '', '/', '?lenient=true', '/?lenient=true', '?lenient=false');

async function post(
  path: string,
  text: string | Uint8Array,
  headers: Record<string, string>,
  isPacked = false,
): Promise<Answer> {
  const sent = isPacked ? gzipSync(bytesOf(text)) : bytesOf(text);
  if (isPacked) headers = { ...headers, 'Content-Encoding': 'gzip' };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer came')), SECONDS_TO_ANSWER * 1_000);
  });
  return Promise.race([server.post(path, sent, { headers }), late]).finally(() => clearTimeout(timer));
}

/** An answer to what a stranger sent: accepted, or refused for the sender's fault, and well-formed. */
function checkSingle(answer: Answer): void {
  expect(answer.status).toBeLessThan(500);
  if (answer.status === 202) webhookAnswer.parse(JSON.parse(answer.text));
  else expect(checkedProblem(JSON.parse(answer.text)).status).toBe(answer.status);
}

const property = { seed, numRuns, endOnFailure: true };

describe('whatever is sent', () => {
  it('to a webhook is answered, and never with a fault of ours', async () => {
    await fc.assert(
      fc.asyncProperty(kind, body, query, fc.boolean(), async (kind, sent, search, isPacked) => {
        checkSingle(await post(`/webhook/${kind}${search}`, sent, {}, isPacked));
      }),
      property,
    );
  });

  it('as a batch is answered item by item, or refused whole', async () => {
    const array = fc.array(fc.oneof(wrongBody, damaged, fc.json()), { maxLength: 6 });
    const typed = (bodies: readonly string[]) =>
      bodies.map((one, index) =>
        one.replace('{', `{"type":"${WEBHOOK_KINDS[index % WEBHOOK_KINDS.length]}",`),
      );
    await fc.assert(
      fc.asyncProperty(array, fc.boolean(), body, query, async (bodies, isLines, junk, search) => {
        const sent = isLines ? typed(bodies).join('\n') : `[${typed(bodies).join(',')}]`;
        for (const one of [sent, junk]) {
          const type = isLines ? 'application/x-ndjson' : 'application/json';
          const answer = await post(`/webhook/batch${search}`, one, { 'Content-Type': type });
          if (answer.status !== 207) checkSingle(answer);
          else for (const item of items(answer)) expect(item.status).toBeLessThan(500);
        }
      }),
      property,
    );
  });

  it('in headers and paths is answered too', async () => {
    const printable = fc.stringMatching(/^[\x21-\x7e]{0,60}$/);
    const header = fc.constantFrom(
      'Idempotency-Key',
      'webhook-id',
      'Content-Type',
      'X-Request-Id',
      'X-API-Key',
      'Authorization',
      'Content-Encoding',
      'traceparent',
    );
    await fc.assert(
      fc.asyncProperty(printable, fc.dictionary(header, printable), async (path, headers) => {
        const url = encodeURI(path).replaceAll('#', '');
        checkSingle(await post(`/webhook/${url}`, JSON.stringify(BODIES.start()), headers));
      }),
      property,
    );
  });

  it('a body that is fine is stored as the bytes it was', async () => {
    const pair = fc.tuple(kind, fc.json({ stringUnit: 'grapheme' }), fc.stringMatching(/^[ \t\r\n]{0,5}$/));
    await fc.assert(
      fc.asyncProperty(pair, async ([kind, extra, space]) => {
        const sent =
          JSON.stringify(BODIES[kind]()).replace('{', `${space}{${space}"extra"${space}:${extra},`) + space;
        const answer = await post(`/webhook/${kind}`, sent, {});
        checkSingle(answer);
        if (answer.status !== 202) return;
        const { position } = webhookAnswer.parse(JSON.parse(answer.text));
        expect((await server.event(position)).data_text).toBe(sent);
      }),
      property,
    );
  });

  it('leaves a log whose positions are whole', async () => {
    const positions = (await server.events()).map((event) => event.position);
    expect(positions).toEqual(positions.map((_, index) => index + 1));
  });
});
