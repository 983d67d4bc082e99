import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { recordAt } from './testing/record-at.js';
import { startTestRealtime, type TestRealtime } from './testing/test-realtime.js';

let realtime: TestRealtime;
afterEach(() => realtime.stop());

const range = (first: number, last: number) =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);

async function framesSent(): Promise<number> {
  const metric = await realtime.metrics.getSingleMetric('att_realtime_frames_sent_total')?.get();
  return metric?.values[0]?.value ?? 0;
}

/** Events whose frames have 8 KiB each. */
async function appendLarge(count: number): Promise<void> {
  const payload = { task: 'Large', status: 'running', message: 'x'.repeat(8_000) };
  for (let left = count; left > 0; left -= 500) {
    await realtime.append(Math.min(500, left), { type: 'task.progressed', payload });
  }
}

describe('a replay whose client does not read', () => {
  it('waits for it, reads no further, and loses nothing', async () => {
    realtime = await startTestRealtime();
    await appendLarge(4_000);
    const slow = realtime.connect('after=0&until=4000&speed=max');
    await slow.first('connection');
    slow.ws.pause();
    await sleep(1_000);
    // The bound allows for what the operating system takes in for a connection, and a page.
    expect(await framesSent()).toBeLessThan(2_000);
    slow.ws.resume();
    expect((await slow.closed).code).toBe(1000);
    expect(slow.positions).toEqual(range(1, 4_000));
  });

  it('can be paused by it meanwhile: what was sent comes, and no more', async () => {
    realtime = await startTestRealtime();
    await appendLarge(4_000);
    const slow = realtime.connect('after=0&until=4000&speed=max');
    await slow.first('connection');
    slow.ws.pause();
    await sleep(500);
    slow.ws.send('{"type":"pause"}');
    slow.ws.resume();
    await slow.first('position');
    await sleep(300);
    expect(slow.positions).toEqual(range(1, slow.positions.length));
    expect(slow.positions.length).toBeLessThan(4_000);
    expect((await slow.first('position')).position).toBe(slow.positions.length);
    await slow.command({ type: 'resume' });
    await slow.closed;
    expect(slow.positions).toEqual(range(1, 4_000));
  });
});

describe('a replay while the database is away', () => {
  it('goes on where it was', async () => {
    realtime = await startTestRealtime({ pageBytes: 2_000 });
    await recordAt(
      realtime.database.pool(),
      range(0, 399).map((index) => index * 10),
    );
    const socket = realtime.connect('after=0&until=400&speed=4');
    await socket.until(() => socket.positions.length > 20);
    realtime.line.down();
    await sleep(300);
    realtime.line.restore();
    expect((await socket.closed).code).toBe(1000);
    expect(socket.positions).toEqual(range(1, 400));
  });
});
