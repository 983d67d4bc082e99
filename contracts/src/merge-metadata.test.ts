import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_METADATA_BYTES, type Metadata, mergeMetadata, type TaskState } from './index.js';
import { FINISH, fold, START, STATUS, story } from './testing/story.js';

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const HALF = 'x'.repeat(MAX_METADATA_BYTES / 2);

describe('merged metadata', () => {
  it('takes what fits to the byte, and not one more', () => {
    const room = MAX_METADATA_BYTES - bytesOf({ a: '' });
    expect(mergeMetadata({}, { a: 'x'.repeat(room) }).isTruncated).toBe(false);
    expect(mergeMetadata({}, { a: 'x'.repeat(room + 1) })).toEqual({ metadata: {}, isTruncated: true });
    const { metadata } = mergeMetadata({}, { a: 'x'.repeat(room - bytesOf({ b: 1 }) + 1) });
    expect(mergeMetadata(metadata, { b: 1 })).toMatchObject({ isTruncated: false, metadata: { b: 1 } });
    expect(mergeMetadata(metadata, { b: 12 })).toEqual({ metadata, isTruncated: true });
  });

  it('counts bytes of UTF-8, and escapes as they are written', () => {
    expect(mergeMetadata({}, { a: '東'.repeat(MAX_METADATA_BYTES / 3) }).isTruncated).toBe(true);
    expect(mergeMetadata({}, { a: '東'.repeat(MAX_METADATA_BYTES / 3 - 10) }).isTruncated).toBe(false);
    expect(mergeMetadata({}, { a: '"'.repeat(MAX_METADATA_BYTES / 2) }).isTruncated).toBe(true);
  });

  it('leaves out the keys that do not fit alone, and keeps what was under them', () => {
    const { metadata, isTruncated } = mergeMetadata(
      { a: 1 },
      { a: `${HALF}${HALF}`, b: 2, c: HALF, d: HALF },
    );
    expect(isTruncated).toBe(true);
    expect(Object.keys(metadata)).toEqual(['a', 'b', 'c']);
    expect(metadata.a).toBe(1);
  });

  it('gives the room of a value that was replaced to others', () => {
    const { metadata } = mergeMetadata({ a: `${HALF}${HALF.slice(100)}` }, { a: 1, b: HALF });
    expect(metadata).toEqual({ a: 1, b: HALF });
  });

  it('takes __proto__ for a key like any other, where it is full too', () => {
    const { metadata } = mergeMetadata(
      { a: HALF },
      JSON.parse(`{"b":"${HALF}","__proto__":{"polluted":true}}`),
    );
    expect(JSON.stringify(metadata)).toBe(`{"a":"${HALF}","__proto__":{"polluted":true}}`);
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
  });

  it('is the same whether it was merged before or read from a table, and within the bound', () => {
    const value = fc.oneof(
      fc.string({ maxLength: 50, unit: 'binary' }),
      fc.constantFrom(HALF, HALF.slice(9), '東'.repeat(9_000), 7, null, { deep: [HALF] }),
    );
    const report = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__', '7'), value, { maxKeys: 3 });
    fc.assert(
      fc.property(fc.array(report, { maxLength: 8 }), (reports) => {
        let merged: Metadata = {};
        let read: Metadata = {};
        for (const added of reports) {
          const first = mergeMetadata(merged, added);
          const second = mergeMetadata(JSON.parse(JSON.stringify(read)), JSON.parse(JSON.stringify(added)));
          expect(second.isTruncated).toBe(first.isTruncated);
          merged = first.metadata;
          read = second.metadata;
          expect(JSON.stringify(read)).toBe(JSON.stringify(merged));
          expect(bytesOf(merged)).toBeLessThanOrEqual(MAX_METADATA_BYTES);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('a task whose metadata was left out in part', () => {
  const full = { data: { status: 's', metadata: { a: HALF, b: HALF } } };

  it.each<[string, Parameters<typeof story>, boolean]>([
    ['says so', [[START], [STATUS, full]], true],
    ['says so after other reports', [[START], [STATUS, full], [STATUS, { data: { status: 's' } }]], true],
    ['says so after its end', [[START], [STATUS, full], [FINISH]], true],
    ['does not after the next start', [[START], [STATUS, full], [START]], false],
    ['does where that start brings too much itself', [[START], [START, { data: full.data }]], true],
    ['does not where all fits', [[START], [STATUS, { data: { metadata: { a: HALF } } }]], false],
  ])('%s', (_, reports, expected) => {
    const task = fold(story(...reports)) as TaskState;
    expect(task.metadata_truncated).toBe(expected);
  });

  it('takes every report', () => {
    const task = fold(story([START], [STATUS, full])) as TaskState;
    expect(task).toMatchObject({ status: 's', metadata: { a: HALF } });
  });
});
