/**
 * Live feed: one socket for the whole app. Its changes reach every snapshot on the page in order, once a painted frame.
 */
import type { EventFrame } from '@att/contracts';
import type { KeyRefusal } from '../socket/close-verdict';
import { makeBatch } from '../socket/make-batch';
import type { Change } from './change';
import { type KnownTasks, makeKnownTasks } from './make-known-tasks';
import { makeRecent } from './make-recent';
import { makeSocket } from './make-socket';
import type { SocketState } from './socket-state';

export interface FeedOptions {
  apiKey: string;
  /** `ws:` or `wss:`, with the host and the base path. */
  origin: string;
  onState(state: SocketState): void;
  onServerTime(timestamp: string, requestedAt: number | undefined): void;
  onKeyRefused(refusal: KeyRefusal): void;
}

export interface FeedListener {
  /** Called with new changes, in the order of their positions. */
  onChanges(changes: readonly Change[]): void;
  /** The log is another one, or its changes have a hole: read again, at `floor()` or later. */
  onReset(): void;
  /** The server is there again, so reads that failed may be tried. */
  onConnected(): void;
}

export interface Feed {
  subscribe(listener: FeedListener): () => void;
  /** Announces the first read of a snapshot. The socket opens once all of these have come or failed. */
  awaitSnapshot(snapshot: Promise<unknown>): void;
  /** Oldest position that the feed can bring a snapshot up from; undefined until the socket began. */
  floor(): number | undefined;
  /**
   * Changes after the position of a snapshot that has come; undefined when some are not kept any more. Before the socket
   * opens there are none, and it will open after this position or an earlier one.
   */
  changesAfter(position: number): readonly Change[] | undefined;
  /** Position of the last change that was delivered; undefined until the socket began. */
  head(): number | undefined;
  /**
   * Learns the status of tasks as of `position`, brought up to the changes that were delivered where the position is
   * behind them.
   */
  learn: KnownTasks['learn'];
  retry(): void;
  stop(): void;
}

export function makeFeed(options: FeedOptions): Feed {
  const listeners = new Set<FeedListener>();
  const known = makeKnownTasks();
  const recent = makeRecent();
  const batch = makeBatch<EventFrame>(deliver);
  /** Positions of the snapshots that came before the socket was opened, retried ones too. */
  const firstPositions: number[] = [];
  let awaited = 0;
  let started = false;
  let connected = false;

  const socket = makeSocket({
    apiKey: options.apiKey,
    origin: options.origin,
    onServerTime: options.onServerTime,
    onState(state) {
      const is = state.name === 'live' || state.name === 'catching_up';
      if (is && !connected) for (const listener of listeners) listener.onConnected();
      connected = is;
      options.onState(state);
    },
    onEffect(effect) {
      switch (effect.type) {
        case 'deliver':
          return batch.add(effect.frame);
        case 'began':
        case 'reset':
          return reset(effect.position);
        case 'key_refused':
          return options.onKeyRefused(effect.refusal);
      }
    },
  });

  function deliver(frames: EventFrame[]): void {
    const changes = frames.map((frame) => known.change(frame));
    recent.add(changes);
    for (const listener of listeners) listener.onChanges(changes);
  }

  function reset(position: number): void {
    batch.clear();
    known.clear();
    recent.begin(position);
    for (const listener of listeners) listener.onReset();
  }

  function start(): void {
    started = true;
    const after = firstPositions.length === 0 ? undefined : Math.min(...firstPositions);
    if (after !== undefined) recent.begin(after);
    socket.start(after);
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    awaitSnapshot(snapshot) {
      awaited += 1;
      snapshot
        // The snapshot shows its failure; without any snapshot the socket begins at the head.
        .catch(() => undefined)
        .finally(() => {
          awaited -= 1;
          if (awaited === 0 && !started) start();
        });
    },
    floor: recent.floor,
    head: recent.head,
    changesAfter(position) {
      if (recent.floor() !== undefined) return recent.after(position);
      firstPositions.push(position);
      return [];
    },
    learn: known.learn,
    retry: socket.retry,
    stop() {
      started = true;
      socket.stop();
      batch.dispose();
    },
  };
}
