import { setTimeout as sleep } from 'node:timers/promises';
import { printedSeed } from '@att/platform/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestRealtime, type TestRealtime } from './testing/test-realtime.js';

let realtime: TestRealtime;

beforeEach(async () => {
  realtime = await startTestRealtime();
});

afterEach(() => realtime.stop());

const range = (first: number, last: number) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);

describe('resuming', () => {
  it('gives what is missing, says that it is all, and goes on live', async () => {
    await realtime.append(10);
    const socket = realtime.connect('after=4');
    expect((await socket.first('caught_up')).position).toBe(10);
    await realtime.append(2);
    await socket.until(() => socket.positions.length === 8);
    expect(socket.positions).toEqual(range(5, 12));
    const order = socket.frames.map((frame) => frame.type);
    expect(order.indexOf('caught_up')).toBe(7);
  });

  it('has caught up at once when nothing is missing', async () => {
    await realtime.append(3);
    const socket = realtime.connect('after=3');
    expect((await socket.first('caught_up')).position).toBe(3);
    expect(socket.positions).toEqual([]);
  });

  it('takes the epoch of the hello with it', async () => {
    await realtime.append(3);
    const { epoch } = await realtime.connect().first('connection');
    const socket = realtime.connect(`after=1&epoch=${epoch}`);
    await socket.first('caught_up');
    expect(socket.positions).toEqual([2, 3]);
  });

  it.each([
    ['an unknown epoch', 'after=1&epoch=6f1c1f9e-0000-4000-8000-000000000000', /epoch/],
    ['a position ahead of the log', 'after=4', /ends at 3/],
  ])('is answered with a reset for %s, and then live', async (_, query, reason) => {
    await realtime.append(3);
    const socket = realtime.connect(query);
    expect(await socket.first('reset')).toMatchObject({ position: 3, reason: expect.stringMatching(reason) });
    await realtime.append(1);
    await socket.until(() => socket.positions.length > 0);
    expect(socket.positions).toEqual([4]);
    expect(socket.frames.map((frame) => frame.type)).toEqual(['connection', 'reset', 'task_started']);
  });

  it('survives a payload that was erased', async () => {
    await realtime.append(2);
    const pool = realtime.database.pool();
    await pool.query(
      'BEGIN; SET LOCAL ROLE att_eraser; UPDATE log.events SET data = NULL, salt = NULL WHERE position = 1; COMMIT',
    );
    const socket = realtime.connect('after=0');
    await socket.first('caught_up');
    expect(socket.positions).toEqual([1, 2]);
  });
});

describe('resuming while events are appended', () => {
  const project = fc.constantFrom('red', 'blue');

  it('gives every event once and in order, from any position, with any ring and page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          ringFrames: fc.integer({ min: 1, max: 60 }),
          pageBytes: fc.integer({ min: 1, max: 4_000 }),
          linger: fc.constantFrom(0, 3),
          resumes: fc.array(fc.record({ after: fc.nat(80), filter: fc.option(project) }), {
            minLength: 1,
            maxLength: 8,
          }),
          appends: fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), project, fc.nat(4)), {
            minLength: 10,
            maxLength: 40,
          }),
        }),
        async ({ resumes, appends, ...settings }) => {
          const running = await startTestRealtime(settings);
          try {
            await followWhileAppending(running, resumes, appends);
          } finally {
            await running.stop();
          }
        },
      ),
      { seed: printedSeed('resuming while events are appended'), numRuns: 12 },
    );
  });

  async function followWhileAppending(
    running: TestRealtime,
    resumes: readonly { after: number; filter: string | null }[],
    appends: readonly (readonly [number, string, number])[],
  ): Promise<void> {
    const projects: string[] = [];
    const append = async (count: number, name: string) => {
      for (let i = 0; i < count; i++) projects.push(name);
      await running.append(count, { project: name });
    };
    await append(80, 'red');
    const sockets = resumes.map(({ after, filter }) => ({
      after,
      filter,
      socket: running.connect(`after=${after}${filter === null ? '' : `&project=${filter}`}`),
    }));
    for (const [count, name, pause] of appends) {
      await append(count, name);
      await sleep(pause);
    }
    for (const { after, filter, socket } of sockets) {
      const expected = range(after + 1, projects.length).filter(
        (position) => filter === null || projects[position - 1] === filter,
      );
      await socket.first('caught_up');
      await socket.until(() => socket.positions.length >= expected.length);
      expect(socket.positions).toEqual(expected);
    }
  }
});
