import type { ReplaySpeed } from '@att/contracts';
import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_MAKE_UP, ReplayClock } from './replay-clock.js';

/** Command of a viewer to the clock, with its time in milliseconds. */
type Command = { at: number } & ({ do: 'pause' | 'resume' } | { do: 'speed'; speed: ReplaySpeed });

interface Replayed {
  speed: ReplaySpeed;
  maxGap?: number;
  commands?: readonly Command[];
  /** Milliseconds that the sleep before an event takes too long. */
  lateness?: readonly number[];
}

function carryOut(clock: ReplayClock, command: Command): void {
  if (command.do === 'speed') clock.setSpeed(command.speed, command.at);
  else clock[command.do](command.at);
}

/** Times at which a replay plays events, from the times at which they were recorded. The player sleeps as long as the clock says, or until the next command. */
function replayed(
  recorded: readonly number[],
  { speed, maxGap = Infinity, commands = [], lateness = [] }: Replayed,
) {
  let now = 0;
  const clock = new ReplayClock(speed, maxGap, now);
  const queue = [...commands];
  return recorded.map((recordedAt, index) => {
    for (;;) {
      const due = now + clock.wait(recordedAt, now);
      const command = queue[0];
      if (command !== undefined && command.at <= due) {
        queue.shift();
        now = Math.max(now, command.at);
        carryOut(clock, command);
        continue;
      }
      if (due === Infinity) return Infinity;
      now = due === now && index > 0 ? now : due + (lateness[index] ?? 0);
      clock.played(recordedAt, now);
      return now;
    }
  });
}

describe('a replay', () => {
  it.each([
    ['at its own pace', { speed: 1 }, [0, 1_000, 1_000, 61_000]],
    ['twice as fast', { speed: 2 }, [0, 500, 500, 30_500]],
    ['at half its pace', { speed: 0.5 }, [0, 2_000, 2_000, 122_000]],
    ['64 times as fast', { speed: 64 }, [0, 15.625, 15.625, 953.125]],
    ['as fast as it goes', { speed: 'max' }, [0, 0, 0, 0]],
    ['with long silences shortened', { speed: 1, maxGap: 2_000 }, [0, 1_000, 1_000, 3_000]],
    ['with long silences shortened, and faster', { speed: 4, maxGap: 2_000 }, [0, 250, 250, 750]],
    [
      'that is paused in a silence: the rest of it comes after the pause',
      {
        speed: 1,
        commands: [
          { at: 11_000, do: 'pause' },
          { at: 100_000, do: 'resume' },
        ],
      },
      [0, 1_000, 1_000, 150_000],
    ],
    [
      'that is paused before its first event',
      {
        speed: 1,
        commands: [
          { at: 0, do: 'pause' },
          { at: 5_000, do: 'resume' },
        ],
      },
      [5_000, 6_000, 6_000, 66_000],
    ],
    [
      'that is paused for ever',
      { speed: 1, commands: [{ at: 500, do: 'pause' }] },
      [0, Infinity, Infinity, Infinity],
    ],
    [
      'that is made faster in a silence: the rest of it passes faster',
      { speed: 1, commands: [{ at: 31_000, do: 'speed', speed: 2 }] },
      [0, 1_000, 1_000, 46_000],
    ],
    [
      'that is made slower in a silence',
      { speed: 1, commands: [{ at: 41_000, do: 'speed', speed: 0.5 }] },
      [0, 1_000, 1_000, 81_000],
    ],
    [
      'that has another speed while it is paused',
      {
        speed: 1,
        commands: [
          { at: 31_000, do: 'pause' },
          { at: 32_000, do: 'speed', speed: 10 },
          { at: 33_000, do: 'resume' },
        ],
      },
      [0, 1_000, 1_000, 36_000],
    ],
    [
      'whose silence is ended',
      { speed: 1, commands: [{ at: 31_000, do: 'speed', speed: 'max' }] },
      [0, 1_000, 1_000, 31_000],
    ],
    [
      'that is paused twice and resumed once',
      {
        speed: 1,
        commands: [
          { at: 11_000, do: 'pause' },
          { at: 12_000, do: 'pause' },
          { at: 13_000, do: 'resume' },
        ],
      },
      [0, 1_000, 1_000, 63_000],
    ],
  ] satisfies [string, Replayed, number[]][])('%s', (_, options, expected) => {
    expect(replayed([500, 1_500, 1_500, 61_500], options)).toEqual(expected);
  });

  it('that leaves max has the rest of its pace', () => {
    const clock = new ReplayClock('max', Infinity, 0);
    clock.played(0, 0);
    clock.played(60_000, 1);
    clock.setSpeed(1, 5_000);
    expect(clock.wait(61_000, 5_000)).toBe(1_000);
  });

  it('plays what it jumped to at once, and goes on from there', () => {
    const clock = new ReplayClock(1, Infinity, 0);
    clock.played(1_000_000, 0);
    clock.jump();
    expect(clock.wait(5_000, 700)).toBe(0);
    clock.played(5_000, 700);
    expect(clock.wait(6_000, 700)).toBe(1_000);
  });

  it('that jumped while it was paused waits to be resumed', () => {
    const clock = new ReplayClock(1, Infinity, 0);
    clock.pause(10);
    clock.jump();
    expect(clock.wait(5_000, 700)).toBe(Infinity);
    clock.resume(800);
    expect(clock.wait(5_000, 800)).toBe(0);
  });

  it('does not add up the delays of timers', () => {
    const recorded = Array.from({ length: 1_000 }, (_, index) => index * 100);
    const times = replayed(recorded, { speed: 1, lateness: recorded.map(() => MAX_MAKE_UP) });
    expect((times.at(-1) as number) - (times[0] as number)).toBe(99_900 + MAX_MAKE_UP);
  });

  it('does not make up for a stall: the events behind it keep their pace', () => {
    expect(replayed([0, 100, 200, 300], { speed: 1, lateness: [0, 5_000] })).toEqual([
      0, 5_100, 5_200, 5_300,
    ]);
    expect(replayed([0, 640, 1_280], { speed: 64, lateness: [0, 5_000] })).toEqual([0, 5_010, 5_020]);
  });
});

describe('whatever is done to a replay', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 15 });
  const pace = fc.double({ min: 0.5, max: 64, noNaN: true });
  const command = fc.oneof(
    fc.constant({ do: 'pause' as const }),
    fc.constant({ do: 'resume' as const }),
    pace.map((speed) => ({ do: 'speed' as const, speed })),
  );
  const commands = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), command), { maxLength: 12 })
    .map((list): Command[] => {
      let at = 0;
      return list.map(([later, what]) => {
        at += later;
        return { at, ...what };
      });
    });
  const seed = printedSeed('replay clock');

  it('between two events passes their recorded time at the speeds that it had, pauses left out', () => {
    fc.assert(
      fc.property(
        gaps,
        pace,
        fc.option(fc.integer({ min: 1, max: 4_000 })),
        commands,
        (silences, speed, limit, done) => {
          const maxGap = limit ?? Infinity;
          let recordedAt = 0;
          const recorded = [0, ...silences.map((gap) => (recordedAt += gap))];
          const times = replayed(recorded, { speed, maxGap, commands: done });
          for (let i = 1; i < times.length; i++) {
            const [from, to] = [times[i - 1] as number, times[i] as number];
            const wanted = Math.min(maxGap, silences[i - 1] as number);
            if (to === Infinity) expect(passed(from, 1e9, speed, done)).toBeLessThan(wanted + 1e-3);
            else expect(passed(from, to, speed, done)).toBeCloseTo(wanted, 3);
          }
        },
      ),
      { seed, numRuns: 500 },
    );
  });

  it('late timers shift an event by no more than they are late, and none of those behind it', () => {
    const late = fc.array(fc.double({ min: 0, max: MAX_MAKE_UP - 0.01, noNaN: true }), {
      minLength: 16,
      maxLength: 16,
    });
    fc.assert(
      fc.property(gaps, pace, late, (silences, speed, lateness) => {
        let recordedAt = 0;
        const recorded = [0, ...silences.map((gap) => (recordedAt += gap))];
        const exact = replayed(recorded, { speed });
        const times = replayed(recorded, { speed, lateness: [0, ...lateness] });
        times.forEach((time, index) => {
          expect(time - (exact[index] as number)).toBeGreaterThanOrEqual(-1e-6);
          expect(time - (exact[index] as number)).toBeLessThanOrEqual(MAX_MAKE_UP);
        });
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }),
      { seed, numRuns: 300 },
    );
  });

  /** Recorded time that passes between two moments, added up piece by piece. */
  function passed(from: number, to: number, speed: ReplaySpeed, done: readonly Command[]): number {
    let [at, pace, isPaused, sum] = [0, speed, false, 0];
    const until = (end: number) => {
      const [start, stop] = [Math.max(at, from), Math.min(end, to)];
      if (!isPaused && stop > start) sum += (stop - start) * (pace as number);
      at = end;
    };
    for (const command of done) {
      until(command.at);
      if (command.do === 'speed') pace = command.speed;
      else isPaused = command.do === 'pause';
    }
    until(Infinity);
    return sum;
  }
});
