import { describe, expect, it } from 'vitest';
import {
  MAX_LAG,
  NOT_ASKED,
  type ReplicaState,
  whenBothAnswer,
  withoutAnswer,
  withoutPrimary,
} from './replica-state.js';
import type { PrimaryLog, ReplicaStanding } from './standing.js';

const hashOf = (position: number) => `hash of ${position}`;
const standby = (position: number, more: Partial<ReplicaStanding> = {}): ReplicaStanding => ({
  isInRecovery: true,
  startedAt: 'yesterday',
  epoch: 'epoch-1',
  position,
  hash: hashOf(position),
  ...more,
});
const primary = (position: number, at: number, more: Partial<PrimaryLog> = {}): PrimaryLog => ({
  startedAt: 'today',
  epoch: 'epoch-1',
  position,
  hashAt: at > position ? null : hashOf(at),
  ...more,
});

/** State after checks, each of the replica's position, the primary's, and the time. */
function after(checks: [position: number, head: number, now: number][], first = NOT_ASKED): ReplicaState {
  return checks.reduce(
    (state, [position, head, now]) => whenBothAnswer(state, standby(position), primary(head, position), now),
    first,
  );
}

describe('a replica', () => {
  it('is read once it has all that the primary had when it was first asked', () => {
    expect(after([[10, 10, 0]]).unusable).toBeUndefined();
    expect(after([[0, 0, 0]]).unusable).toBeUndefined();
    expect(after([[9, 10, 0]]).unusable).toBe('behind');
    expect(
      after([
        [9, 10, 0],
        [10, 20, 500],
      ]),
    ).toMatchObject({ unusable: undefined, lag: 500 });
  });

  it('is not read while it lags, however steadily, and is again when it does no more', () => {
    const steady: [number, number, number][] = [];
    for (let second = 0; second <= 60; second++)
      steady.push([Math.max(0, second - 8), second, second * 1_000]);
    const lagging = after(steady.slice(1));
    expect(lagging).toMatchObject({ unusable: 'behind' });
    expect(lagging.lag).toBeGreaterThanOrEqual(8_000);
    expect(
      after(
        [
          [60, 61, 61_000],
          [61, 62, 61_500],
        ],
        lagging,
      ).unusable,
    ).toBeUndefined();
  });

  it('that stops is left once it has been behind for too long, and not before', () => {
    const good = after([[10, 10, 0]]);
    expect(
      after(
        [
          [10, 11, 500],
          [10, 12, 500 + MAX_LAG - 1],
        ],
        good,
      ).unusable,
    ).toBeUndefined();
    expect(
      after(
        [
          [10, 11, 500],
          [10, 12, 501 + MAX_LAG],
        ],
        good,
      ).unusable,
    ).toBe('behind');
  });

  it('of a log that nobody writes to is not behind', () => {
    expect(
      after([
        [10, 10, 0],
        [10, 10, 3_600_000],
      ]).unusable,
    ).toBeUndefined();
  });

  it('is left when it does not answer, and its lag is measured anew after that', () => {
    const away = withoutAnswer(after([[10, 10, 0]]), 'away');
    expect(away.unusable).toBe('away');
    expect(after([[10, 90, 60_000]], away).unusable).toBe('behind');
    expect(after([[90, 90, 60_000]], away).unusable).toBeUndefined();
  });

  it('stays as it was while the primary does not answer, however long that lasts', () => {
    const good = after([
      [9, 9, 0],
      [9, 10, 500],
    ]);
    const alone = withoutPrimary(good);
    expect(alone.unusable).toBeUndefined();
    expect(after([[10, 11, 100_000]], alone).unusable).toBeUndefined();
    expect(withoutPrimary(NOT_ASKED).unusable).toBe('not_asked');
  });

  it.each([
    ['another epoch', standby(10, { epoch: 'epoch-0' }), primary(10, 10)],
    ['another event at its head', standby(10, { hash: 'another' }), primary(12, 10)],
    ['events that the primary does not have', standby(12), primary(10, 12)],
  ])('with %s has another log', (_, replica, log) => {
    expect(whenBothAnswer(after([[10, 10, 0]]), replica, log, 500).unusable).toBe('other_log');
  });

  it('that takes writes is no standby, unless it is the primary itself', () => {
    const promoted = standby(10, { isInRecovery: false });
    expect(whenBothAnswer(NOT_ASKED, promoted, primary(10, 10), 0).unusable).toBe('no_standby');
    const same = standby(10, { isInRecovery: false, startedAt: 'today' });
    expect(whenBothAnswer(NOT_ASKED, same, primary(10, 10), 0).unusable).toBeUndefined();
  });
});
