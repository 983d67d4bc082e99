/** A log that gets a new epoch while a client connects that knows the epoch already. */
import { EventEmitter, once } from 'node:events';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServerFrame, serverFrame } from '@att/contracts';
import type { EventBatch, EventFeed } from '@att/platform/event-feed';
import type { LogEvent } from '@att/platform/event-log';
import { Registry } from '@att/platform/metrics';
import { silentLog, until } from '@att/platform/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { Client } from './client.js';
import type { LogIdentity } from './control-frames.js';
import { Hub } from './hub.js';
import { createRealtimeMetrics } from './realtime-metrics.js';
import { DEFAULT_SETTINGS } from './settings.js';
import { SharedPages } from './shared-pages.js';
import { Sockets } from './sockets.js';

const FORMER = '0198c0de-0000-4000-8000-00000000000a';
const RENEWED = '0198c0de-0000-4000-8000-00000000000b';
const HEAD = 7;
const identityOf = (epoch: string): LogIdentity => ({
  epoch,
  position: HEAD,
  hash: 'ab',
  askedAt: performance.now(),
});

function batchOf(epoch: string, position: number): EventBatch {
  const event: LogEvent = {
    position,
    event_id: '0198c0de-0000-7000-8000-000000000000',
    type: 'task.started',
    project: 'shop',
    task_id: 'task',
    agent: 'agent',
    occurred_at: '2026-01-31T12:00:00.000Z',
    recorded_at: '2026-01-31T12:00:00.000Z',
    actor: 'key',
    data_text: '{"task":"Task"}',
  };
  return { events: [event], position, hash: 'cd', epoch, isFull: false };
}

/** Readings of the feed, in order. A reading yields its batches even after it was aborted, as a page does that was under way. */
let readings: EventEmitter[];
/** Pending reads of the log's identity. */
let questions: ((identity: LogIdentity) => void)[];
let hub: Hub;
let metrics: ReturnType<typeof createRealtimeMetrics>;

beforeEach(() => {
  readings = [];
  questions = [];
  const feed: EventFeed = {
    async *read() {
      const reading = new EventEmitter();
      readings.push(reading);
      for (;;) yield (await once(reading, 'batch'))[0] as EventBatch;
    },
    status: () => undefined,
    close: async () => {},
  };
  const sockets = new Sockets(() => {});
  metrics = createRealtimeMetrics(new Registry(), sockets);
  hub = new Hub({
    sockets,
    feed,
    readIdentity: () => new Promise((resolve) => questions.push(resolve)),
    pages: new SharedPages(() => Promise.reject(new Error('no client is behind the ring'))),
    settings: DEFAULT_SETTINGS,
    metrics,
    log: silentLog,
  });
});
afterEach(() => hub.disconnectAll());

class FakeWebSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly bufferedAmount = 0;
  readyState: number = this.OPEN;

  close(): void {
    this.readyState = 3;
    this.emit('close');
  }
}

/** Connects a live client. @returns the frames that it was sent */
function connect(epoch: string): ServerFrame[] {
  const frames: ServerFrame[] = [];
  const ws = new FakeWebSocket();
  const socket = Object.assign(new EventEmitter(), {
    writableNeedDrain: false,
    // Each write has one frame: nothing is joined in these tests.
    write: (bytes: Buffer) =>
      frames.push(serverFrame.parse(JSON.parse(String(bytes.subarray(bytes.indexOf('{')))))),
  });
  const client = new Client({
    ws: ws as unknown as WebSocket,
    socket: socket as unknown as Duplex,
    maxUnsentBytes: 1_000_000,
    metrics,
  });
  hub.add(client, { after: HEAD, epoch } as Parameters<Hub['add']>[1], identityOf(epoch));
  return frames;
}

const give = (reading: number, batch: EventBatch) => readings[reading]?.emit('batch', batch);
const asked = (count: number) => until('it is asked which log this is', () => questions.length >= count);
const read = (count: number) => until('the feed is read', () => readings.length >= count);
const types = (frames: readonly ServerFrame[]) => frames.map(({ type }) => type);

async function expectOneResetAndTheNext(former: ServerFrame[], newcomer: ServerFrame[]): Promise<void> {
  await read(2);
  expect(types(newcomer)).toEqual(['connection', 'caught_up']);
  give(1, batchOf(RENEWED, HEAD + 1));
  await until('both have the next event', () => [former, newcomer].every((frames) => 'data' in last(frames)));
  expect(types(newcomer)).toEqual(['connection', 'caught_up', 'task_started']);
  expect(types(former)).toEqual(['connection', 'caught_up', 'reset', 'task_started']);
}
const last = (frames: readonly ServerFrame[]) => frames.at(-1) as ServerFrame;

describe('who comes with the new epoch is not reset for it', () => {
  it('by a page that was asked for before', async () => {
    const former = connect(FORMER);
    await read(1);
    const newcomer = connect(RENEWED);
    give(0, batchOf(FORMER, HEAD + 1));
    await sleep(20);
    for (const answer of questions) answer(identityOf(RENEWED));
    await expectOneResetAndTheNext(former, newcomer);
  });

  it('by a question that the feed asked before', async () => {
    const former = connect(FORMER);
    await read(1);
    give(0, batchOf(RENEWED, HEAD + 1));
    await asked(1);
    const newcomer = connect(RENEWED);
    questions[0]?.(identityOf(RENEWED));
    await sleep(20);
    await expectOneResetAndTheNext(former, newcomer);
  });
});

it('is reset once where only the feed knows of the new epoch', async () => {
  const former = connect(FORMER);
  await read(1);
  give(0, batchOf(RENEWED, HEAD + 1));
  await asked(1);
  questions[0]?.(identityOf(RENEWED));
  await read(2);
  expect(types(former)).toEqual(['connection', 'caught_up', 'reset']);
});
