import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeServerClock } from './server-clock';

const SERVER = Date.parse('2026-01-31T12:00:00.000Z');
const HOUR = 3_600_000;

/** Page whose own clock is wrong, with a server whose clock is right. */
function given({ wrongBy = 0 } = {}) {
  const world = { passed: 0, serverSetBy: 0 };
  const clock = makeServerClock(
    () => 5_000 + world.passed,
    () => SERVER + world.passed + wrongBy,
  );
  const serverTime = () => SERVER + world.passed + world.serverSetBy;
  return {
    clock,
    world,
    serverTime,
    error: () => clock.now() - serverTime(),
    pass(ms: number) {
      world.passed += ms;
    },
    /** Receives a frame that took `ms` to come. */
    push(ms: number) {
      const timestamp = new Date(serverTime()).toISOString();
      world.passed += ms;
      clock.frame(timestamp, undefined);
    },
    /** Sends a request that takes so long to go, with an answer that takes so long to come. */
    ask(there: number, back: number) {
      const requestedAt = 5_000 + world.passed;
      world.passed += there;
      const timestamp = new Date(serverTime()).toISOString();
      world.passed += back;
      clock.frame(timestamp, requestedAt);
    },
    request(there: number, back: number) {
      const requestedAt = 5_000 + world.passed;
      world.passed += there;
      const date = new Date(serverTime()).toUTCString();
      world.passed += back;
      clock.header(date, requestedAt);
    },
  };
}

describe('the time of the server', () => {
  it.each([-26 * HOUR, -HOUR, 0, HOUR, 400 * 24 * HOUR])(
    'is right on a computer that is wrong by %d ms',
    (wrongBy) => {
      const page = given({ wrongBy });
      expect(page.error()).toBe(wrongBy);
      page.request(20, 30);
      expect(Math.abs(page.error())).toBeLessThanOrEqual(1_050);
      page.ask(10, 8);
      expect(page.error()).toBe(-8);
      page.pass(7 * HOUR);
      expect(page.error()).toBe(-8);
    },
  );

  it('is not taken from frames that waited, as those of a frozen tab', () => {
    const page = given();
    page.ask(2, 2);
    page.push(10 * 60_000);
    expect(page.error()).toBe(-2);
  });

  it('follows the server when its clock is set', () => {
    const page = given();
    page.ask(2, 2);
    for (const set of [-HOUR, 2 * HOUR, -10 * 24 * HOUR]) {
      page.world.serverSetBy = set;
      page.ask(5, 3);
      expect(page.error()).toBe(-3);
    }
  });

  it('follows the server when the monotonic clock stood still while the computer slept', () => {
    const page = given();
    page.ask(2, 2);
    page.world.serverSetBy = 8 * HOUR;
    page.push(4);
    expect(page.error()).toBe(-4);
  });

  it('comes from frames once there are any: a proxy may have put its own date on answers', () => {
    const page = given();
    page.clock.header(new Date(SERVER + 5 * HOUR).toUTCString(), 4_990);
    page.ask(2, 2);
    page.clock.header(new Date(SERVER + 5 * HOUR).toUTCString(), 5_000);
    page.clock.header(null, 5_000);
    expect(page.error()).toBe(-2);
  });

  it('calls its listeners when it leaps', () => {
    const page = given({ wrongBy: HOUR });
    const leaps: number[] = [];
    page.clock.onChange(() => leaps.push(page.error()));
    page.ask(2, 2);
    page.push(50);
    expect(leaps).toEqual([-2]);
  });

  it('is never off by more than the way of the last answer', () => {
    const delay = fc.integer({ min: 0, max: 5_000 });
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.array(fc.tuple(fc.boolean(), delay, delay, fc.integer({ min: -1e7, max: 1e7 })), {
          maxLength: 30,
        }),
        (wrongBy, moves) => {
          const page = given({ wrongBy });
          for (const [isAnswer, there, back, set] of moves) {
            page.world.serverSetBy += set;
            if (!isAnswer) {
              page.push(back);
              continue;
            }
            page.ask(there, back);
            expect(Math.abs(page.error())).toBeLessThanOrEqual(there + back + 1);
          }
        },
      ),
    );
  });
});
