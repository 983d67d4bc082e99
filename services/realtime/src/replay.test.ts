import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordAt } from './testing/record-at.js';
import { startTestRealtime, type TestRealtime } from './testing/test-realtime.js';
import type { TestSocket } from './testing/test-socket.js';

let realtime: TestRealtime;

/** Milliseconds: short, but long enough for a busy client to answer. */
const HEARTBEAT = 2_000;

beforeEach(async () => {
  realtime = await startTestRealtime();
});
afterEach(() => realtime.stop());

const range = (first: number, last: number) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
const recorded = (times: readonly number[], projectOf?: (index: number) => string) =>
  recordAt(realtime.database.pool(), times, projectOf);
/** Records as many events, one every so many milliseconds. */
const steadily = (count: number, gap: number) => recorded(range(0, count - 1).map((index) => index * gap));
const ended = { code: 1000, reason: 'the replay has reached until' };

/** Nothing is sent for a while but heartbeats. */
async function isStill(socket: TestSocket): Promise<void> {
  const before = socket.positions.length;
  await sleep(250);
  expect(socket.positions.length).toBe(before);
}

describe('the time between two events', () => {
  const gaps = Array.from({ length: 60 }, (_, index) => (index % 7) * 10 + (index % 10 === 0 ? 150 : 0));
  const times = gaps.map((_, index) => gaps.slice(0, index + 1).reduce((sum, gap) => sum + gap, 0));

  it.each([1, 4])('is kept to within 20 ms at %ix', async (speed) => {
    await recorded(times);
    const wanted = gaps.map((gap) => gap / speed);
    const socket = realtime.connect(`after=0&until=60&speed=${speed}`);
    const [own] = await Promise.all([sleptTimes(wanted), socket.closed]);
    expect(await socket.closed).toEqual(ended);
    // A busy machine wakes timers late, those of the test as well: what they miss is allowed for.
    const allowed = 20 + 3 * largeErrorOf(own, wanted);
    expect(largeErrorOf(socket.eventTimes, wanted)).toBeLessThan(allowed);
    const total = (times: readonly number[]) => (times.at(-1) as number) - (times[0] as number);
    expect(total(socket.eventTimes)).toBeGreaterThan(total(times) / speed - allowed);
  });

  /** Times at which plain timers wake the test after such gaps. */
  async function sleptTimes(after: readonly number[]): Promise<number[]> {
    const woken: number[] = [];
    for (const gap of after) {
      const due = (woken.at(-1) ?? performance.now()) + gap;
      await sleep(due - performance.now());
      woken.push(performance.now());
    }
    return woken;
  }

  /** Error of the gaps between times that nine of ten do not exceed. */
  function largeErrorOf(came: readonly number[], wanted: readonly number[]): number {
    const errors = came
      .slice(1)
      .map((time, index) => Math.abs(time - (came[index] as number) - (wanted[index + 1] as number)))
      .toSorted((a, b) => a - b);
    return errors[Math.floor(errors.length * 0.9)] as number;
  }

  it('is shortened where it is long and the client asks for that', async () => {
    await recorded([0, 100, 3_600_000, 3_600_100]);
    const startedAt = performance.now();
    const socket = realtime.connect('after=0&until=4&speed=1&max_gap=200ms');
    await socket.closed;
    expect(socket.positions).toEqual([1, 2, 3, 4]);
    expect(performance.now() - startedAt).toBeGreaterThan(390);
  });

  it('is nothing at max', async () => {
    await steadily(3_000, 60_000);
    const socket = realtime.connect('after=0&until=3000&speed=max');
    expect(await socket.closed).toEqual(ended);
    expect(socket.positions).toEqual(range(1, 3_000));
  });

  it('is that of the events which the client may see', async () => {
    await recorded(
      range(0, 9).map((index) => index * 100),
      (index) => (index % 5 === 0 ? 'red' : 'blue'),
    );
    const startedAt = performance.now();
    const socket = realtime.connect('after=0&until=10&speed=1&project=red');
    await socket.closed;
    expect(socket.positions).toEqual([1, 6]);
    expect((socket.eventTimes[1] as number) - startedAt).toBeGreaterThan(490);
  });
});

describe('until', () => {
  beforeEach(() => steadily(10, 0));

  it('is included; then the server says so and closes', async () => {
    const socket = realtime.connect('after=2&until=7&speed=64');
    expect(await socket.closed).toEqual(ended);
    expect(socket.positions).toEqual(range(3, 7));
    expect(socket.frames.at(-1)).toMatchObject({ type: 'caught_up', position: 7 });
  });

  it.each(['after=2&until=7', 'after=2&until=7&project=project'])(
    'alone comes at once: %s',
    async (query) => {
      const socket = realtime.connect(query);
      expect(await socket.closed).toEqual(ended);
      expect(socket.positions).toEqual(range(3, 7));
    },
  );

  it.each(['after=7&until=7&speed=1', 'after=0&until=10&speed=1&project=nobody'])(
    'is reached at once where there is nothing to send: %s',
    async (query) => {
      const socket = realtime.connect(query);
      expect(await socket.closed).toEqual(ended);
      expect(socket.positions).toEqual([]);
    },
  );

  it('may be the head', async () => {
    const socket = realtime.connect('after=0&until=10&speed=max');
    await socket.closed;
    expect(socket.positions).toEqual(range(1, 10));
  });

  it('of another log is answered with a reset, and then live', async () => {
    const socket = realtime.connect('after=0&until=99&speed=1&epoch=other');
    expect((await socket.first('reset')).position).toBe(10);
    socket.ws.send('{"type":"pause"}');
    expect((await socket.first('error')).code).toBe('not_a_replay');
    await realtime.append(1);
    await socket.until(() => socket.positions.length > 0);
    expect(socket.positions).toEqual([11]);
  });
});

describe('the live end', () => {
  it('is announced, and then the socket is live', async () => {
    await steadily(5, 10);
    const socket = realtime.connect('after=0&speed=4');
    expect((await socket.first('caught_up')).position).toBe(5);
    await realtime.append(3);
    await socket.until(() => socket.positions.length === 8);
    expect(socket.positions).toEqual(range(1, 8));
  });

  it('can be left again, by a pause or a seek', async () => {
    await steadily(5, 10);
    const socket = realtime.connect('after=0&speed=64');
    await socket.first('caught_up');
    expect(await socket.command({ type: 'pause' })).toMatchObject({ answers: 'pause', position: 5 });
    await realtime.append(2);
    await isStill(socket);
    await socket.command({ type: 'resume' });
    await socket.until(() => socket.positions.length === 7);
    await socket.until(() => socket.frames.filter((frame) => frame.type === 'caught_up').length === 2);
    // The appended events were recorded months after the rest.
    await socket.command({ type: 'speed', speed: 'max' });
    expect((await socket.command({ type: 'seek', position: 3 })).position).toBe(3);
    await socket.until(() => socket.frames.filter((frame) => frame.type === 'caught_up').length === 3);
    await realtime.append(1);
    await socket.until(() => socket.positions.at(-1) === 8);
    expect(socket.positions).toEqual([...range(1, 7), ...range(4, 8)]);
  });

  it('is met without a gap while events are appended', async () => {
    await steadily(500, 1);
    const socket = realtime.connect('after=0&speed=8');
    for (let i = 0; i < 30; i++) await realtime.append(5);
    await socket.command({ type: 'speed', speed: 'max' });
    await socket.first('caught_up');
    for (let i = 0; i < 10; i++) await realtime.append(5);
    await socket.until(() => socket.positions.length >= 700);
    expect(socket.positions).toEqual(range(1, 700));
  });
});

describe('a command', () => {
  beforeEach(() => steadily(200, 1_000));
  const paused = async (query: string) => {
    const socket = realtime.connect(query);
    await socket.until(() => socket.positions.length > 0);
    await socket.command({ type: 'pause' });
    return socket;
  };

  it('pause holds the replay, which still answers pings and has its heartbeats', async () => {
    await realtime.stop();
    realtime = await startTestRealtime({ heartbeatInterval: HEARTBEAT });
    await steadily(200, 1_000);
    const socket = await paused('after=0&speed=64');
    const answered = socket.frames.length;
    const beats = () =>
      socket.frames
        .slice(answered)
        .filter((frame) => frame.type === 'position' && frame.answers === undefined);
    await socket.until(() => beats().length > 0);
    await isStill(socket);
    const stands = socket.positions.at(-1);
    socket.ws.send('ping');
    expect((await socket.first('pong')).position).toBe(stands);
    expect(beats().at(-1)).toMatchObject({ position: stands });
    await socket.command({ type: 'resume' });
    await socket.until(() => socket.positions.length > (stands as number) + 5);
    expect(socket.positions).toEqual(range(1, socket.positions.length));
  });

  it('speed works in the middle of a silence', async () => {
    const socket = realtime.connect('after=0&until=200&speed=0.5');
    await socket.until(() => socket.positions.length >= 1);
    expect((await socket.command({ type: 'speed', speed: 'max' })).answers).toBe('speed');
    await socket.closed;
    expect(socket.positions).toEqual(range(1, 200));
  });

  it('seek goes on behind the position, before or after where it stands, and before where it began', async () => {
    const socket = await paused('after=100&speed=64');
    const before = socket.positions.length;
    for (const position of [20, 150, 0, 60]) await socket.command({ type: 'seek', position });
    expect(socket.positions.length).toBe(before);
    await socket.command({ type: 'resume' });
    await socket.until(() => socket.positions.length >= before + 5);
    expect(socket.positions.slice(before)).toEqual(range(61, 60 + socket.positions.length - before));
  });

  it('seek to until ends the replay, also once it is resumed', async () => {
    const socket = await paused('after=0&until=50&speed=1');
    await socket.command({ type: 'seek', position: 50 });
    await isStill(socket);
    socket.ws.send('{"type":"resume"}');
    expect(await socket.closed).toEqual(ended);
  });

  it.each([
    ['{"type":"seek","position":51}', 'past_until', /ends at 50/],
    ['{"type":"seek","position":-1}', 'bad_message', /^seek: position: must be a whole number from 0 /],
    ['{"type":"seek"}', 'bad_message', /^seek: position: must be a whole number from 0 /],
    ['{"type":"speed","speed":65}', 'bad_message', /^speed: speed: must be a number from 0.5 to 64, or max/],
    ['{"type":"speed","speed":"fast"}', 'bad_message', /^speed: speed: /],
  ])('%s is refused, and changes nothing', async (message, code, text) => {
    const socket = await paused('after=0&until=50&speed=1');
    socket.ws.send(message);
    expect(await socket.first('error')).toMatchObject({ code, message: expect.stringMatching(text) });
    await socket.command({ type: 'speed', speed: 'max' });
    await socket.command({ type: 'resume' });
    await socket.closed;
    expect(socket.positions).toEqual(range(1, 50));
  });

  it('seek beyond the log is refused, until the log has come there', async () => {
    const socket = await paused('after=0&speed=1');
    socket.ws.send('{"type":"seek","position":201}');
    expect((await socket.first('error')).code).toBe('position_ahead');
    await realtime.append(2);
    const answered = () =>
      socket.frames.some((frame) => frame.type === 'position' && frame.answers === 'seek');
    while (!answered()) {
      socket.ws.send('{"type":"seek","position":201}');
      await sleep(50);
    }
    await socket.command({ type: 'resume' });
    await socket.first('caught_up');
    expect(socket.positions.at(-1)).toBe(202);
  });

  it('is for a replay', async () => {
    const socket = realtime.connect('after=0');
    await socket.first('caught_up');
    socket.ws.send('{"type":"resume"}');
    expect(await socket.first('error')).toMatchObject({ code: 'not_a_replay' });
    await realtime.append(1);
    await socket.until(() => socket.positions.length === 201);
  });
});
