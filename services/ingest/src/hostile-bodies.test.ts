/** Bodies made to keep the process busy: nobody else may wait for them. */
import { MAX_BATCH_BYTES, MAX_BODY_BYTES, type ProblemCode } from '@att/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { item, start } from './testing/bodies.js';
import { type Answer, accepted, outcomes, refused } from './testing/client.js';
import { API_KEY, createIngestServer, type IngestServer } from './testing/ingest-server.js';
import { chunk, openRaw, postHead } from './testing/raw-connection.js';

let server: IngestServer;
beforeAll(async () => {
  server = await createIngestServer();
});
afterAll(() => server.close());

/** Text that begins and ends so, filled up to a size. */
function filled(head: string, unit: string, tail = '', bytes = MAX_BATCH_BYTES): string {
  const room = bytes - head.length - tail.length;
  return head + unit.repeat(Math.floor(room / unit.length)) + tail;
}

type Send = (text: string) => Promise<Answer>;
const asArray: Send = (text) => server.post('/webhook/batch', text);
const asLines: Send = (text) => server.batch(text);
const single: Send = (text) => server.post('/webhook/start', text);
const inItem = (fields: string) =>
  `{"type":"start","project":"p","task":"t","task_id":"t","agent":"a","x":${fields}`;

/** Milliseconds of processor time that this process has taken. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/**
 * Sends a body, and measures the longest time in milliseconds that the event loop was blocked: processor time, as other work
 * on the machine takes none of that. The process collects garbage, too, so a result over the bound is measured again: the cost of the
 * body itself is the same each time.
 */
async function stallOf<T>(send: () => Promise<T>, bound: number): Promise<{ stall: number; answer: T }> {
  for (let tries = 1; ; tries++) {
    let stall = 0;
    let isOver = false;
    const watching = (async () => {
      for (let last = processorTime(); !isOver; ) {
        await new Promise(setImmediate);
        const now = processorTime();
        stall = Math.max(stall, now - last);
        last = now;
      }
    })();
    const answer = await send().finally(() => {
      isOver = true;
    });
    await watching;
    if (stall < bound || tries === TRIES) return { stall, answer };
  }
}

const TRIES = 5;

/** Processor time that the same machine needs to parse 8 MiB of honest reports in one go: the measure of what is too long. */
function costOfHonestParse(): number {
  const honest = `[${Array.from({ length: 5_000 }, () => JSON.stringify(item('start', { note: 'x'.repeat(1_500) }))).join(',')}]`;
  const before = processorTime();
  JSON.parse(honest);
  return processorTime() - before;
}

describe.each<[string, Send, () => string, ProblemCode]>([
  ['8 million [', asArray, () => filled('', '['), 'too_deep'],
  ['4 million [ that close', asArray, () => filled('', '[', ']'.repeat(MAX_BATCH_BYTES / 2)), 'too_deep'],
  ['8 million {', asArray, () => filled('[', '{'), 'too_deep'],
  ['{"a": without end', asArray, () => filled('[', '{"a":'), 'too_deep'],
  ['{"a": in a line', asLines, () => filled('', '{"a":'), 'body_too_large'],
  ['millions of items', asArray, () => filled('[1', ',1', ']'), 'too_many_items'],
  ['millions of empty arrays', asArray, () => filled('[[]', ',[]', ']'), 'too_many_items'],
  ['millions of lines', asLines, () => filled('', '1\n'), 'too_many_items'],
  ['commas', asArray, () => filled('[', ','), 'malformed_json'],
  ['an open string of escapes', asArray, () => filled('["', '\\"'), 'malformed_json'],
  ['an open string of backslashes', asArray, () => filled('["', '\\\\'), 'malformed_json'],
  ['a mebibyte of [', single, () => filled('', '[', '', MAX_BODY_BYTES), 'too_deep'],
  ['a mebibyte of {"a":', single, () => filled('', '{"a":', '', MAX_BODY_BYTES), 'too_deep'],
])('%s', (_what, send, make, code) => {
  it('is refused at once', async () => {
    const text = make();
    const bound = 40 + 4 * costOfHonestParse();
    const { stall, answer } = await stallOf(() => send(text), bound);
    if (answer.status === 207) expect(outcomes(answer)).toEqual([code]);
    else refused(answer, code);
    expect(stall).toBeLessThan(bound);
  });
});

const seven = (make: () => string) => () => `[${Array.from({ length: 7 }, make).join(',')}]`;

describe.each<[string, Send, () => string]>([
  ['8 million newlines', asLines, () => filled('', '\n')],
  ['blanks', asLines, () => filled('', ' \t\r\n')],
  ['numbers of a million digits', asArray, seven(() => filled(inItem(''), '1', '}', 1_000_000))],
  ['escapes', asArray, seven(() => filled(inItem('"'), '\\u00e9', '"}', 1_000_000))],
  ['brackets within bounds', asArray, seven(() => filled(inItem('[0'), ',[[[]]]', ']}', 1_000_000))],
  ['an item beyond its bound', asArray, () => filled(`[${inItem('[0')}`, ',[]', ']}]')],
])('%s', (_what, send, make) => {
  it('let others have their turn', async () => {
    const text = make();
    // Parsed in one go, the brackets would take a hundred honest parses; an item of them alone, fifteen.
    const bound = 60 + 6 * costOfHonestParse();
    const { stall, answer } = await stallOf(() => send(text), bound);
    expect(answer.status).toBe(207);
    expect(stall).toBeLessThan(bound);
  });
});

it('seven items of 90,000 members each let others have their turn between them', async () => {
  const one = members(1_000_000);
  const text = seven(() => one)();
  const before = processorTime();
  JSON.parse(one);
  const costOfOne = processorTime() - before;
  const bound = 60 + 8 * costOfOne;
  const { stall, answer } = await stallOf(() => asArray(text), bound);
  expect(outcomes(answer)).toHaveLength(7);
  expect(stall).toBeLessThan(bound);
});

function members(bytes: number): string {
  let text = inItem('0');
  for (let i = 0; text.length < bytes; i++) text += `,"k${i}":1`;
  return `${text}}`;
}

it('chunks of a byte each, with extensions and a trailer, are put together as they come', async () => {
  const text = JSON.stringify(start({ note: 'x'.repeat(300_000) }));
  const cut = [...text].map((unit) => `${chunk(unit).replace('\r\n', ';a=b\r\n')}`).join('');
  expect(cut.length).toBeGreaterThan(2_000_000);
  const connection = await openRaw(server.port);
  const bound = 60 + 10 * costOfHonestParse();
  const { stall, answer } = await stallOf(async () => {
    connection.write(postHead('/webhook/start', API_KEY, { 'Transfer-Encoding': 'chunked' }));
    connection.write(cut.replaceAll(';a=b', ''));
    connection.write('0\r\nX-Trailer: 1\r\n\r\n');
    return connection.answer();
  }, bound);
  accepted(answer);
  expect(stall).toBeLessThan(bound);
  connection.write(postHead('/webhook/start', API_KEY, { 'Transfer-Encoding': 'chunked' }) + cut);
  refused(await connection.answer(), 'malformed_request');
  await connection.closed();
});
