/** Many sockets at once: the slow among the quick, and thousands on which nothing happens. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { WAIT_LIMIT } from '@att/platform/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { MAX_TURN_BYTES } from './live-feed.js';
import type { RealtimeSettings } from './settings.js';
import { IdleSocket } from './testing/idle-socket.js';
import { KEY, startTestRealtime, type TestRealtime } from './testing/test-realtime.js';

let realtime: TestRealtime;

afterEach(() => realtime.stop());

async function given(settings: Partial<RealtimeSettings>): Promise<void> {
  realtime = await startTestRealtime(settings);
}

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

async function metric(name: string): Promise<number> {
  const found = await realtime.metrics.getSingleMetric(name)?.get();
  return found?.values[0]?.value ?? 0;
}

describe('slow clients among quick ones', () => {
  const MAX_UNSENT = 256 * 1024;
  const EVENTS = 2_500;
  const LARGEST_FRAME = 16 * 1024;

  it('are closed with 4408, hold little, and the others have every event once and in order', async () => {
    await given({ maxUnsentBytes: MAX_UNSENT });
    const slow = Array.from({ length: 12 }, () => realtime.connect());
    const quick = Array.from({ length: 6 }, () => realtime.connect());
    for (const socket of [...slow, ...quick]) await socket.first('connection');
    for (const socket of slow) socket.ws.pause();
    const unsent = peakOf('att_realtime_unsent_bytes');
    const payload = { task: 'Large', status: 'running', message: 'x'.repeat(8_000) };
    for (let appended = 0; appended < EVENTS; appended += 500) {
      await realtime.append(500, { type: 'task.progressed', payload });
      // No further ahead of those who read than the bound lets them be.
      for (const socket of quick) await socket.until(() => socket.positions.length === appended + 500);
    }
    for (const socket of quick) expect(socket.positions).toEqual(range(1, EVENTS));
    // A client beyond its bound is handed one write at most.
    const mayWait = MAX_UNSENT + MAX_TURN_BYTES + LARGEST_FRAME;
    expect(await unsent.peak()).toBeLessThanOrEqual((slow.length + quick.length) * mayWait);
    for (const socket of slow) socket.ws.resume();
    for (const socket of slow) {
      expect((await socket.closed).code).toBe(4408);
      expect(socket.positions).toEqual(range(1, socket.positions.length));
    }
    for (const socket of quick) expect(socket.ws.readyState).toBe(socket.ws.OPEN);
    expect(await metric('att_realtime_closes_total')).toBe(slow.length);
  });

  function peakOf(name: string): { peak(): Promise<number> } {
    let peak = 0;
    const look = async () => {
      peak = Math.max(peak, await metric(name));
    };
    const timer = setInterval(look, 5);
    return {
      async peak() {
        clearInterval(timer);
        await look();
        return peak;
      },
    };
  }
});

describe('thousands of idle sockets', () => {
  const WANTED = 3_000;
  /** Open files of a socket: both of its ends belong to this process, which has other files too. */
  const FILES_OF_SOCKET = 2;
  const OTHER_FILES = 500;
  const HEARTBEAT = 5_000;

  it('are held by their heartbeats, and get one event each', async () => {
    const mayOpen = Math.floor((openFilesLimit() - OTHER_FILES) / FILES_OF_SOCKET);
    if (mayOpen < WANTED)
      throw new Error(`${WANTED} sockets need a higher limit of open files: raise ulimit -n`);
    await given({ heartbeatInterval: HEARTBEAT });
    const sockets: IdleSocket[] = [];
    while (sockets.length < WANTED) {
      const opened = Array.from({ length: 50 }, () => new IdleSocket(realtime.port, KEY));
      sockets.push(...opened);
      await Promise.all(opened.map(({ helloReceived }) => helloReceived));
    }
    try {
      await until(() => sockets.every(({ heartbeats }) => heartbeats >= 2));
      await realtime.append(1);
      await until(() => sockets.every(({ positions }) => positions.length > 0));
      await realtime.append(1, { type: 'key.created', project: null, taskId: null, agent: null });
      await sleep(200);
      expect(sockets.filter(({ positions }) => positions.join() !== '1')).toEqual([]);
      expect(sockets.filter(({ isOpen }) => !isOpen)).toEqual([]);
      expect(await metric('att_realtime_sockets')).toBe(WANTED);
    } finally {
      for (const socket of sockets) socket.end();
    }
  });

  async function until(condition: () => boolean): Promise<void> {
    for (const end = performance.now() + WAIT_LIMIT; !condition(); await sleep(20)) {
      if (performance.now() > end) throw new Error(`not within ${WAIT_LIMIT} ms`);
    }
  }
});

/** Files that this process may have open; Node raises its own limit to the hard one when it starts. */
function openFilesLimit(): number {
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  return limit === 'unlimited' ? Infinity : Number(limit);
}
