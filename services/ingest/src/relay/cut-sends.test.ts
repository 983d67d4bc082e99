import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutSends } from './cut-sends.js';

const message = fc.record({
  partition: fc.nat(5),
  value: fc.record({
    length: fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 300_000 })),
  }),
});

it('cuts a page into sends that are bounded, in order, and together the page', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 3_000 }), (messages) => {
      const ends = cutSends(messages);
      expect(ends.at(-1) ?? 0).toBe(messages.length);
      ends.forEach((end, index) => {
        const send = messages.slice(ends[index - 1] ?? 0, end);
        expect(send.length).toBeGreaterThan(0);
        expect(send.length).toBeLessThanOrEqual(1_000);
        for (const partition of new Set(send.map((sent) => sent.partition))) {
          const own = send.filter((sent) => sent.partition === partition);
          const bytes = own.reduce((sum, { value }) => sum + value.length, 0);
          if (own.length > 1) expect(bytes).toBeLessThanOrEqual(128 * 1024);
        }
      });
    }),
    { seed: printedSeed('sends of a page'), numRuns: 50 },
  );
});

it('sends a page of small messages as one', () => {
  const messages = Array.from({ length: 1_000 }, (_, n) => ({ partition: n % 6, value: { length: 400 } }));
  expect(cutSends(messages)).toEqual([1_000]);
});
