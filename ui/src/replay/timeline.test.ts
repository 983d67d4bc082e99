import { describe, expect, it } from 'vitest';
import { eventAt } from '../testing/frames';
import { bucketSizeFor, type Column, columnsOf, markOfBucket, markOfEvent } from './marks';
import { playheadAt } from './playhead';

const MINUTE = 60_000;
const tally = (column: Column | undefined) => [column?.going, column?.completed, column?.failed];

describe('columns', () => {
  it('have every event once, those at the ends too', () => {
    const marks = (['start', 'status', 'finish', 'error'] as const).map((kind, index) =>
      markOfEvent(eventAt(index + 1, kind)),
    );
    const columns = columnsOf(marks, marks[0]?.at ?? 0, marks[3]?.at ?? 0);
    expect(columns).toHaveLength(120);
    expect(tally(columns[0])).toEqual([1, 0, 0]);
    expect(tally(columns[40])).toEqual([1, 0, 0]);
    expect(tally(columns[80])).toEqual([0, 1, 0]);
    expect(tally(columns[119])).toEqual([0, 0, 1]);
  });

  it('of minutes begin and end with them, wherever the range does', () => {
    const counts = { started: 1, progressed: 2, completed: 3, failed: 4, average_duration: null };
    const marks = ['12:01', '12:02', '12:04'].map((time) =>
      markOfBucket({ bucket: `2026-01-31T${time}:00.000Z`, ...counts }, 'minute'),
    );
    const from = Date.parse('2026-01-31T12:01:15.000Z');
    const columns = columnsOf(marks, from, from + 4 * MINUTE);
    expect(columns.map(tally)).toEqual([
      [3, 3, 4],
      [3, 3, 4],
      [0, 0, 0],
      [3, 3, 4],
      [0, 0, 0],
    ]);
    expect(columns.map(({ left }) => left)).toEqual([-0.0625, 0.1875, 0.4375, 0.6875, 0.9375]);
  });

  it('hold the only event of a range that takes no time', () => {
    const mark = markOfEvent(eventAt(1, 'start'));
    expect(tally(columnsOf([mark], mark.at, mark.at)[0])).toEqual([1, 0, 0]);
  });

  it.each([
    [MINUTE, 'minute'],
    [48 * 60 * MINUTE, 'hour'],
    [365 * 24 * 60 * MINUTE, 'day'],
  ])('of %d ms are made of each %s', (span, size) => {
    expect(bucketSizeFor(span)).toBe(size);
  });
});

describe('the clock', () => {
  const anchor = { time: 1_000, at: 50 };
  it.each<[string, Parameters<typeof playheadAt>, number]>([
    ['runs at the speed of the replay', [anchor, { speed: 4, maxGap: undefined }, true, 150, 9_000], 1_400],
    ['stays while it is paused', [anchor, { speed: 4, maxGap: undefined }, false, 150, 9_000], 1_000],
    [
      'stays between two events at the greatest speed',
      [anchor, { speed: 'max', maxGap: 2_000 }, true, 150, 9_000],
      1_000,
    ],
    ['waits where a gap is cut', [anchor, { speed: 64, maxGap: 2_000 }, true, 9_000, 9_000], 3_000],
    ['ends with the range', [anchor, { speed: 64, maxGap: undefined }, true, 9_000, 9_000], 9_000],
  ])('%s', (_, given, playhead) => {
    expect(playheadAt(...given)).toBe(playhead);
  });
});
