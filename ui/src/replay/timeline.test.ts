import { describe, expect, it } from 'vitest';
import { eventAt } from '../testing/frames';
import { bucketSizeFor, columnsOf, markOfBucket, markOfEvent } from './marks';
import { momentAt } from './moment';

const MINUTE = 60_000;

describe('columns', () => {
  it('have every event once, those at the ends too', () => {
    const marks = (['start', 'status', 'finish', 'error'] as const).map((kind, index) =>
      markOfEvent(eventAt(index + 1, kind)),
    );
    const columns = columnsOf(marks, marks[0]?.at ?? 0, marks[3]?.at ?? 0);
    expect(columns).toHaveLength(120);
    expect(columns[0]).toEqual({ going: 1, completed: 0, failed: 0 });
    expect(columns[40]).toEqual({ going: 1, completed: 0, failed: 0 });
    expect(columns[80]).toEqual({ going: 0, completed: 1, failed: 0 });
    expect(columns[119]).toEqual({ going: 0, completed: 0, failed: 1 });
  });

  it('are no thinner than what they are of', () => {
    const counts = { started: 1, progressed: 2, completed: 3, failed: 4, average_duration: null };
    const mark = markOfBucket({ bucket: '2026-01-31T12:01:00.000Z', ...counts }, 'minute');
    const from = mark.at - MINUTE;
    expect(columnsOf([mark], from, from + 3 * MINUTE)).toEqual([
      { going: 0, completed: 0, failed: 0 },
      { going: 3, completed: 3, failed: 4 },
      { going: 0, completed: 0, failed: 0 },
    ]);
  });

  it('hold the only event of a stretch that takes no time', () => {
    const mark = markOfEvent(eventAt(1, 'start'));
    expect(columnsOf([mark], mark.at, mark.at)[0]).toEqual({ going: 1, completed: 0, failed: 0 });
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
  it.each<[string, Parameters<typeof momentAt>, number]>([
    ['runs at the speed of the replay', [anchor, { speed: 4, maxGap: undefined }, true, 150, 9_000], 1_400],
    ['stands while it is paused', [anchor, { speed: 4, maxGap: undefined }, false, 150, 9_000], 1_000],
    [
      'stands between two events at the greatest speed',
      [anchor, { speed: 'max', maxGap: 2_000 }, true, 150, 9_000],
      1_000,
    ],
    ['waits where a silence is cut', [anchor, { speed: 64, maxGap: 2_000 }, true, 9_000, 9_000], 3_000],
    ['ends with the stretch', [anchor, { speed: 64, maxGap: undefined }, true, 9_000, 9_000], 9_000],
  ])('%s', (_, given, moment) => {
    expect(momentAt(...given)).toBe(moment);
  });
});
