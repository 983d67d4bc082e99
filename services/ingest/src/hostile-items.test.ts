/** Items made to be slow: each takes the time of a few honest ones of its size at most, refused or taken. */
import { describe, expect, it } from 'vitest';
import { parsePayload } from './parse-json.js';
import { toEvent } from './validate.js';

const BYTES = 1_000_000;
const TRIES = 15;
/** Honest items that a hostile one may take the time of: it was up to 11 for brackets, 24 for NULs, 16 for escapes. */
const FACTOR = 5;

function million(open: string, unit: string, close: string): Buffer {
  const head = `{"type":"start","project":"p","task":"t","task_id":"t","agent":"a","x":${open}`;
  const room = BYTES - head.length - close.length - 1;
  return Buffer.from(`${head}${unit.repeat(Math.floor(room / Buffer.byteLength(unit)))}${close}}`);
}

const HONEST = million(
  '[0',
  ',{"name":"some words of text","count":12,"ok":true,"note":"and some more"}',
  ']',
);

/** Kinds of items, and what becomes of them. */
const ITEMS: [string, Buffer, string][] = [
  ['arrays in arrays', million('[0', ',[[[]]]', ']'), 'too_complex'],
  ['arrays nested to the bound', million('[0', `,${'['.repeat(190)}${']'.repeat(190)}`, ']'), 'too_complex'],
  ['empty arrays', million('[0', ',[]', ']'), 'too_complex'],
  ['empty objects', million('[0', ',{}', ']'), 'too_complex'],
  [
    'objects nested to the bound',
    million('[0', `,${'{"a":'.repeat(190)}0${'}'.repeat(190)}`, ']'),
    'too_complex',
  ],
  ['arrays in metadata', million('0,"metadata":{"x":[0', ',[[[]]]', ']}'), 'too_complex'],
  ['arrays that are broken at the end', million('[0', ',[[[]]]', ']x'), 'too_complex'],
  ['one number of digits', million('', '1', ''), 'ok'],
  ['one exponent', million('1e', '9', ''), 'ok'],
  ['numbers beyond all bounds', million('[0', ',1e999', ']'), 'ok'],
  ['numbers between two others', million('[0', `,9007199254740993.${'0'.repeat(60)}1`, ']'), 'ok'],
  ['one string', million('"', 'some words ', '"'), 'ok'],
  ['empty strings', million('[0', ',""', ']'), 'ok'],
  ['escapes', million('"', '\\u00e9', '"'), 'ok'],
  ['escapes of NUL', million('"', '\\u0000', '"'), 'invalid_text'],
  ['escapes of lone surrogates', million('"', '\\ud800', '"'), 'invalid_text'],
  ['raw NULs', million('"', '\0', '"'), 'invalid_text'],
  ['a key over and over', million('0', ',"a":1', ''), 'ok'],
];

/** Code of the refusal, or `ok`. */
function outcomeOf(bytes: Buffer, isLenient: boolean): string {
  try {
    const { body, payload } = parsePayload(bytes, isLenient);
    toEvent({ kind: 'start', body, payload, actor: 'a', idempotencyKey: undefined });
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** Milliseconds, the best of several tries of each: other work on the machine does not slow all of them. */
function costs(hostile: Buffer, isLenient: boolean): { honest: number; hostile: number } {
  const best = { honest: Number.POSITIVE_INFINITY, hostile: Number.POSITIVE_INFINITY };
  for (let tries = 0; tries < TRIES; tries++) {
    best.honest = Math.min(best.honest, costOf(HONEST, isLenient));
    best.hostile = Math.min(best.hostile, costOf(hostile, isLenient));
  }
  return best;
}

function costOf(bytes: Buffer, isLenient: boolean): number {
  const startedAt = performance.now();
  outcomeOf(bytes, isLenient);
  return performance.now() - startedAt;
}

describe.each(ITEMS)('a million bytes of %s', (_what, bytes, outcome) => {
  it.each([false, true])('take the time of a few honest ones at most (lenient: %s)', (isLenient) => {
    expect(outcomeOf(bytes, isLenient)).toBe(isLenient && outcome === 'invalid_text' ? 'ok' : outcome);
    const { honest, hostile } = costs(bytes, isLenient);
    expect(hostile / honest).toBeLessThan(FACTOR);
  });
});
