import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printedSeed } from '../../testing/index.js';
import { ChunkedBody } from './chunked-body.js';

/** Text given on for pieces of a body, and the rest behind it. */
function taken(...pieces: string[]): { text: string; rest: string } | { detail: string } {
  const body = new ChunkedBody();
  let text = '';
  let rest = '';
  for (const piece of pieces) {
    const answer = body.take(Buffer.from(piece, 'latin1'));
    if ('code' in answer) return { detail: answer.detail };
    text += answer.text.toString('latin1');
    rest += piece.slice(answer.used);
  }
  expect(body.isDone).toBe(text.endsWith('0\r\n\r\n'));
  return { text, rest };
}

describe('a chunked body', () => {
  it('is framed anew, without extensions and trailers', () => {
    expect(taken('1;a="b"\r\nx\r\n02\r\nyz\r\n0\r\nA: b\r\n\r\nGET')).toEqual({
      text: '3\r\nxyz\r\n0\r\n\r\n',
      rest: 'GET',
    });
  });

  it('is the same wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 40 }).map((text) => text.replace(/[^ -~]/g, '.'))),
        fc.array(fc.nat(400), { maxLength: 20 }),
        (chunks, cuts) => {
          const whole = `${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\nrest`;
          const at = [...new Set(cuts)].filter((cut) => cut < whole.length).sort((a, b) => a - b);
          const pieces = [0, ...at].map((start, index) => whole.slice(start, at[index]));
          const answer = taken(...pieces);
          if ('detail' in answer) throw new Error(answer.detail);
          const data = [...answer.text.matchAll(/([\da-f]+)\r\n/g)];
          expect(data.length).toBeGreaterThan(0);
          expect(answer.rest).toBe('rest');
          expect(unframed(answer.text)).toBe(chunks.join(''));
        },
      ),
      { seed: printedSeed('a chunked body') },
    );
  });

  it.each([
    ['no size', '\r\n'],
    ['no number', 'x\r\n'],
    ['a sign', '+1\r\nx\r\n'],
    ['0x', '0x1\r\nx\r\n'],
    ['a blank behind the size', '1 \r\nx\r\n'],
    ['a size beyond all bodies', 'fffffffff\r\n'],
    ['a lone LF', '1\nx\r\n'],
    ['a lone CR', '1\rx'],
    ['a longer chunk', '1\r\nxy\r\n'],
    ['a chunk that ends with LF', '1\r\nx\n'],
    ['a lone LF in an extension', '1;a\nb\r\nx\r\n'],
    ['endless extensions', `1;${'a'.repeat(10_000)}`],
    ['an endless trailer', `0\r\n${'a: b\r\n'.repeat(3_000)}`],
    ['a lone LF in the trailer', '0\r\na: b\n\r\n'],
  ])('with %s is refused', (_what, text) => {
    expect(taken(text)).toHaveProperty('detail');
  });
});

function unframed(text: string): string {
  let data = '';
  for (let at = 0; ; ) {
    const end = text.indexOf('\r\n', at);
    const size = Number.parseInt(text.slice(at, end), 16);
    if (size === 0) return data;
    data += text.slice(end + 2, end + 2 + size);
    at = end + 2 + size + 2;
  }
}
