import { describe, expect, it } from 'vitest';
import { LogClock } from './log-clock.js';

const NOW = Date.UTC(2026, 0, 31, 12);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A process and its database, each with a clock of its own, and the time that passes for both. */
function clocks({ ahead = 0, recordedAt = 0, acceptedUntil = 0 } = {}) {
  const state = { passed: 0, ahead };
  const clock = new LogClock(
    () => NOW + state.passed + state.ahead,
    () => state.passed,
  );
  clock.read({ databaseTime: NOW, recordedAt, acceptedUntil }, 0);
  return { clock, state };
}

describe("the log's clock", () => {
  it.each([0, -DAY, 59_000])('takes a clock that is %i ms ahead', (ahead) => {
    expect(clocks({ ahead }).clock.refusal).toBeUndefined();
  });

  it.each([61_000, DAY, 10 * 365 * DAY])('refuses one that is %i ms ahead, and says so', (ahead) => {
    expect(clocks({ ahead }).clock.refusal).toContain(`${ahead / 1000} s ahead of the database's`);
  });

  it('refuses one that leaps between two readings, and no other, however long they are apart', () => {
    const { clock, state } = clocks();
    state.passed = DAY;
    expect(clock.refusal).toBeUndefined();
    state.ahead = DAY;
    expect(clock.refusal).toContain('86400 s ahead');
  });

  it('refuses to go on after an event of the future, until it is accepted or its time has come', () => {
    const recordedAt = NOW + DAY;
    const { clock, state } = clocks({ recordedAt });
    expect(clock.refusal).toContain('2026-02-01T12:00:00.000Z, 86400 s ahead');
    expect(clocks({ recordedAt, acceptedUntil: recordedAt }).clock.refusal).toBeUndefined();
    expect(clocks({ recordedAt, acceptedUntil: recordedAt - 1 }).clock.refusal).toBeDefined();
    state.passed = DAY;
    expect(clock.refusal).toBeUndefined();
  });

  it("lifts a clock that is behind to the database's, less 5 s, and leaves all others alone", () => {
    expect(clocks({ ahead: -DAY }).clock.now()).toBe(NOW - 5_000);
    expect(clocks({ ahead: -4_000 }).clock.now()).toBe(NOW - 4_000);
    expect(clocks({ ahead: 30_000 }).clock.now()).toBe(NOW + 30_000);
  });

  it('halves the round trip of a reading', () => {
    const clock = new LogClock(
      () => NOW,
      () => 3_000,
    );
    clock.read({ databaseTime: NOW, recordedAt: 0, acceptedUntil: 0 }, 1_000);
    expect(clock.offset).toBe(-1_000);
  });
});
