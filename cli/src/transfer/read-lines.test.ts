import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines } from './read-lines.js';

async function linesOf(chunks: readonly Uint8Array[], maxBytes?: number) {
  const found: (string | undefined)[] = [];
  for await (const { number, bytes } of readLines(stream(chunks), maxBytes)) {
    found.push(bytes?.toString('utf8'));
    expect(number).toBe(found.length);
  }
  return found;
}

async function* stream(chunks: readonly Uint8Array[]) {
  yield* chunks;
}

describe('lines of a stream', () => {
  it('are the same however it is cut into chunks', async () => {
    const texts = fc.array(fc.constantFrom('', 'a', 'строка', '{"x":"😀"}'), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(texts, fc.boolean(), fc.integer({ min: 1, max: 9 }), async (lines, isEnded, size) => {
        const bytes = Buffer.from(lines.join('\n') + (isEnded ? '\n' : ''));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
          bytes.subarray(at * size, (at + 1) * size),
        );
        const expected = bytes.toString().split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(await linesOf(chunks)).toEqual(expected);
      }),
      { seed: printedSeed('lines of a stream') },
    );
  });

  it('that are too long are counted, and not kept', async () => {
    const chunks = ['abc\nab', 'cd', 'e\nabcd\nabcd', 'e'].map((text) => Buffer.from(text));
    expect(await linesOf(chunks, 4)).toEqual(['abc', undefined, 'abcd', undefined]);
  });
});
