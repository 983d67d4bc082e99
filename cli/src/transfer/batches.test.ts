import { MAX_BATCH_BYTES, MAX_BATCH_ITEMS } from '@att/contracts';
import { describe, expect, it } from 'vitest';
import { type Batch, gatherBatches } from './batches.js';

async function gather(texts: Iterable<string>): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of gatherBatches(lines(texts))) batches.push(batch);
  return batches;
}

async function* lines(texts: Iterable<string>) {
  let number = 0;
  for (const text of texts) yield { number: ++number, bytes: Buffer.from(text) };
}

const report = (fields: object = {}) => JSON.stringify({ type: 'start', event_id: 'k', ...fields });

describe('batches', () => {
  it('have all lines in their order, and no more than the server takes', async () => {
    const batches = await gather(Array.from({ length: 12_001 }, () => report()));
    expect(batches.flatMap((batch) => batch.lines)).toEqual(
      Array.from({ length: 12_001 }, (_, at) => at + 1),
    );
    for (const { text, lines, upTo } of batches) {
      expect(lines.length).toBeLessThanOrEqual(MAX_BATCH_ITEMS);
      expect(text.split('\n')).toHaveLength(lines.length + 1);
      expect(upTo).toBe(lines.at(-1));
    }
  });

  it('have no more bytes than the server takes', async () => {
    const batches = await gather(Array.from({ length: 20 }, () => report({ text: 'я'.repeat(500_000) })));
    expect(batches.length).toBeGreaterThan(1);
    for (const { text } of batches) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_BATCH_BYTES);
    expect(batches.flatMap((batch) => batch.lines)).toHaveLength(20);
  });

  it('name the lines that are no items', async () => {
    const [batch, ...others] = await gather(['no', report(), '', '{}', report()]);
    expect(others).toEqual([]);
    expect(batch).toMatchObject({ lines: [2, 5], wrong: [{ line: 1 }, { line: 4 }], upTo: 5 });
  });
});
