import { setTimeout as sleep } from 'node:timers/promises';
import { renewEpoch } from '@att/platform/event-log';
import { cutLog, timed, until } from '@att/platform/testing';
import { afterEach, describe, expect, it } from 'vitest';
import type { RealtimeSettings } from './settings.js';
import { KEY, startTestRealtime, type TestRealtime } from './testing/test-realtime.js';
import { TestSocket } from './testing/test-socket.js';

let realtime: TestRealtime;

afterEach(() => realtime.stop());

async function given(settings: Partial<RealtimeSettings>): Promise<void> {
  realtime = await startTestRealtime(settings);
}

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** Events whose frames have 8 KiB each. */
async function appendLarge(count: number): Promise<void> {
  const payload = { task: 'Large', status: 'running', message: 'x'.repeat(8_000) };
  for (let left = count; left > 0; left -= 500) {
    await realtime.append(Math.min(500, left), { type: 'task.progressed', payload });
  }
}

async function framesSent(): Promise<number> {
  const metric = await realtime.metrics.getSingleMetric('att_realtime_frames_sent_total')?.get();
  return metric?.values[0]?.value ?? 0;
}

describe('a client that does not read', () => {
  it('is closed as too slow while it is live, and others go on', async () => {
    await given({ maxUnsentBytes: 64 * 1024 });
    const [slow, quick] = [realtime.connect(), realtime.connect()];
    await Promise.all([slow.first('connection'), quick.first('connection')]);
    slow.ws.pause();
    // More than the operating system keeps for a connection on its two sides; no faster than the quick one reads.
    for (let appended = 500; appended <= 2_500; appended += 500) {
      await appendLarge(500);
      await quick.until(() => quick.positions.length === appended);
    }
    expect(quick.positions).toEqual(range(1, 2_500));
    slow.ws.resume();
    expect((await slow.closed).code).toBe(4408);
    expect(slow.positions).toEqual(range(1, slow.positions.length));
    expect(slow.positions.length).toBeLessThan(2_500);
    const resumed = realtime.connect(`after=${slow.positions.length}`);
    await resumed.first('caught_up');
    expect(resumed.positions).toEqual(range(slow.positions.length + 1, 2_500));
  });

  it('is waited for while it catches up: no more than a page is read ahead for it, and it loses nothing', async () => {
    await given({ maxUnsentBytes: 1024 * 1024 });
    await appendLarge(4_000);
    const slow = realtime.connect('after=0');
    await slow.first('connection');
    slow.ws.pause();
    await sleep(1_500);
    // The bound allows for what the operating system takes in for a connection, and a page.
    expect(await framesSent()).toBeLessThan(2_000);
    slow.ws.resume();
    await slow.first('caught_up');
    expect(slow.positions).toEqual(range(1, 4_000));
  });
});

describe('the heartbeat', () => {
  /** Milliseconds: short, but long enough for a busy client to answer. */
  const HEARTBEAT = 1_000;

  it('sends the client of a quiet project the position of the log', async () => {
    await given({ heartbeatInterval: HEARTBEAT });
    const socket = realtime.connect('project=quiet');
    await socket.first('connection');
    await realtime.append(7);
    await socket.until(() =>
      socket.frames.some((frame) => frame.type === 'position' && frame.position === 7),
    );
    expect(socket.positions).toEqual([]);
    expect(socket.ws.readyState).toBe(socket.ws.OPEN);
  });

  it('cuts off a client that is not there any more', async () => {
    await given({ heartbeatInterval: HEARTBEAT });
    const gone = new TestSocket(`ws://127.0.0.1:${realtime.port}/webhook/ws?api_key=${KEY}`, {
      autoPong: false,
    });
    const here = realtime.connect();
    expect((await gone.closed).code).toBe(1006);
    expect(gone.frames.map((frame) => frame.type)).toEqual(['connection', 'position']);
    expect(here.ws.readyState).toBe(here.ws.OPEN);
  });
});

describe('the end', () => {
  it('closes every socket with 1012, those that catch up and new ones too', async () => {
    await given({});
    await appendLarge(3_000);
    const sockets = [realtime.connect(), realtime.connect('after=0'), realtime.connect('project=red')];
    for (const socket of sockets) await socket.first('connection');
    await realtime.service.drain?.();
    for (const socket of sockets) expect((await socket.closed).code).toBe(1012);
    expect((await realtime.connect().closed).code).toBe(1012);
  });

  it('does not wait for a client that does not answer', async () => {
    await given({});
    await appendLarge(3_000);
    const socket = realtime.connect('after=0');
    await socket.first('connection');
    socket.ws.pause();
    const { took } = await timed(Promise.resolve(realtime.service.drain?.()));
    expect(took).toBeLessThan(5_000);
  });
});

describe('a key with as many sockets as it may have', () => {
  it('gets no other until one closes', async () => {
    await given({ maxSocketsPerKey: 2 });
    const sockets = [realtime.connect(), realtime.connect()] as const;
    for (const socket of sockets) await socket.first('connection');
    expect(await realtime.connect().closed).toEqual({ code: 4429, reason: 'this key has 2 sockets open' });
    sockets[0].ws.close();
    await sockets[0].closed;
    // The client may know of the end before the server does.
    await until('another is let in', async () => {
      const another = realtime.connect();
      await another.until(() => another.frames.length > 0 || another.ws.readyState === another.ws.CLOSED);
      return another.frames.length > 0;
    });
  });
});

describe('while the database is away', () => {
  it('keeps its sockets, sends new ones away, and goes on without a gap', async () => {
    await given({});
    await realtime.append(5);
    const [live, resuming] = [realtime.connect(), realtime.connect('after=2&project=project')];
    await Promise.all([live.first('connection'), resuming.first('caught_up')]);
    realtime.line.down();
    await realtime.append(20);
    live.ws.send('ping');
    await live.first('pong');
    expect((await realtime.connect().closed).code).toBe(1012);
    await expect(realtime.service.checks?.[0]?.check()).rejects.toThrow();
    realtime.line.restore();
    await realtime.append(5);
    await live.until(() => live.positions.length === 25);
    await resuming.until(() => resuming.positions.length === 28);
    expect(live.positions).toEqual(range(6, 30));
    expect(resuming.positions).toEqual(range(3, 30));
    expect(await realtime.service.checks?.[0]?.check()).toMatch(/events behind/);
  });

  it('goes on with a client that was catching up', async () => {
    await given({ pageBytes: 20_000 });
    await appendLarge(500);
    const socket = realtime.connect('after=0');
    await socket.until(() => socket.positions.length > 10);
    realtime.line.down();
    await sleep(100);
    realtime.line.restore();
    await socket.first('caught_up');
    expect(socket.positions).toEqual(range(1, 500));
  });

  it('loses nothing when its connections break again and again', async () => {
    await given({});
    const socket = realtime.connect();
    await socket.first('connection');
    for (let i = 0; i < 20; i++) {
      await realtime.append(5);
      if (i % 4 === 0) realtime.line.cut();
      await sleep(20);
    }
    await socket.until(() => socket.positions.length === 100);
    expect(socket.positions).toEqual(range(1, 100));
  });
});

describe('another log under the same name', () => {
  it('lets the clients of the former one start over where they are, and serves the new', async () => {
    await given({});
    await realtime.append(3);
    const former = realtime.connect();
    await former.first('connection');
    const { epoch } = await renewEpoch(realtime.database.pool());
    const socket = realtime.connect('after=0');
    expect(await former.first('reset')).toMatchObject({ epoch, position: 3 });
    await socket.first('caught_up');
    await realtime.append(1);
    await socket.until(() => socket.positions.length === 4);
    await former.until(() => former.positions.length === 1);
    expect(former.positions).toEqual([4]);
  });

  it('is noticed though nobody comes, and whoever comes back with the epoch before starts over', async () => {
    await given({ identityInterval: 50 });
    await realtime.append(3);
    const [live, replaying] = [realtime.connect(), realtime.connect('after=0&speed=1')];
    const { epoch } = await live.first('connection');
    await replaying.first('connection');
    const renewed = await renewEpoch(realtime.database.pool());
    const reset = { position: 3, epoch: renewed.epoch, reason: 'the log was replaced by another' };
    expect(await live.first('reset')).toMatchObject(reset);
    expect(await replaying.first('reset')).toMatchObject(reset);
    const back = realtime.connect(`after=2&epoch=${epoch}`);
    expect(await back.first('reset')).toMatchObject({ position: 3, epoch: renewed.epoch });
    await realtime.append(1);
    await back.until(() => back.positions.length === 1);
    expect(back.positions).toEqual([4]);
    await replaying.until(() => replaying.positions.at(-1) === 4);
  });

  it.each([
    ['live, before anything new comes', '', 1],
    ['live, when the new log is longer', '', 9],
    ['that is catching up', 'after=0', 9],
    ['that plays the past', 'after=0&speed=1', 9],
    ['that has paused a replay', 'after=0&speed=1&pause', 9],
  ])('resets a socket %s, and gives it no frame of the lost events after', async (_, query, others) => {
    await given({});
    await realtime.append(10);
    const socket = realtime.connect(query.replace('&pause', ''));
    const { epoch } = await socket.first('connection');
    if (query.includes('pause')) await socket.command({ type: 'pause' });
    // Lost: 8, 9 and 10.
    await cutLog(realtime.database.pool(), 3);
    await realtime.append(others);
    const reset = await socket.first('reset');
    expect(reset.epoch).not.toBe(epoch);
    expect(reset.position).toBeGreaterThanOrEqual(7);
    await realtime.append(2);
    await socket.until(() => socket.positions.at(-1) === 9 + others);
    const after = socket.frames.slice(socket.frames.indexOf(reset)).filter((frame) => 'data' in frame);
    expect(after.map(({ position }) => position)).toEqual(range(reset.position + 1, 9 + others));
    const back = realtime.connect(`after=9&epoch=${epoch}`);
    expect(await back.first('reset')).toMatchObject({ epoch: reset.epoch });
  });
});
