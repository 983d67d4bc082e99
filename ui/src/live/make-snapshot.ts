/** Snapshot from REST that the live feed keeps up to date: its state machine, with reads, a timer, the clock and chance. */
import type { Feed } from './make-feed';
import type { TaskStatus } from './make-known-tasks';
import { initialSnapshot, type Loaded, type SnapshotEffect, type SnapshotInput } from './snapshot-state';
import { type Fold, makeSnapshotStep } from './snapshot-step';

export type { Loaded } from './snapshot-state';

export interface SnapshotSource<T> {
  /** @param previous the data that is shown: the new data should reach as far */
  load(minPosition: number | undefined, signal: AbortSignal, previous: T | undefined): Promise<Loaded<T>>;
  fold: Fold<T>;
  /** Tasks in the data whose status others may want to know. */
  tasks?(data: T): readonly TaskStatus[];
}

export interface SnapshotEvents<T> {
  onData(data: T): void;
  /** Called with undefined once a read succeeds again. */
  onError(error: unknown): void;
}

export interface Snapshot<T> {
  /** Reads again, now. */
  reload(): void;
  /** Changes the data by hand, as when one more page is joined. */
  update(change: (data: T) => T): void;
  dispose(): void;
}

export function makeSnapshot<T>(
  feed: Feed,
  source: SnapshotSource<T>,
  events: SnapshotEvents<T>,
): Snapshot<T> {
  const step = makeSnapshotStep(source.fold);
  let state = initialSnapshot<T>();
  let timer = 0;
  let loading: AbortController | undefined;
  let isAwaited = false;

  function send(input: SnapshotInput<T>): void {
    const next = step(state, input);
    state = next.state;
    for (const effect of next.effects) carryOut(effect);
  }

  function carryOut(effect: SnapshotEffect<T>): void {
    switch (effect.type) {
      case 'load':
        load(effect.minPosition, effect.previous);
        break;
      case 'schedule':
        timer = window.setTimeout(reload, effect.ms);
        break;
      case 'show':
        events.onData(effect.data);
        break;
      case 'report':
        events.onError(effect.error);
        break;
      case 'learn':
        if (source.tasks !== undefined) feed.learn(source.tasks(effect.data), effect.position);
        break;
    }
  }

  function load(minPosition: number | undefined, previous: T | undefined): void {
    window.clearTimeout(timer);
    loading?.abort();
    loading = new AbortController();
    const { signal } = loading;
    const answer = source.load(minPosition, signal, previous);
    answer.then(
      (loaded) => {
        if (signal.aborted) return;
        send({ type: 'loaded', loaded, missed: feed.changesAfter(loaded.position), ...present() });
      },
      (error: unknown) => {
        if (!signal.aborted) send({ type: 'load_failed', error, random: Math.random() });
      },
    );
    // Only the first read: the feed opens its socket behind the first reads of all snapshots.
    if (!isAwaited) feed.awaitSnapshot(answer);
    isAwaited = true;
  }

  function reload(): void {
    send({ type: 'load', ...present() });
  }

  function present(): { floor: number; now: number } {
    return { floor: feed.floor() ?? 0, now: performance.now() };
  }

  const unsubscribe = feed.subscribe({
    onChanges: (changes) => send({ type: 'changes', changes, now: performance.now() }),
    onReset: () => send({ type: 'reset', ...present() }),
    onConnected: () => send({ type: 'connected', ...present() }),
  });

  reload();

  return {
    reload,
    update: (update) => send({ type: 'update', update }),
    dispose() {
      unsubscribe();
      window.clearTimeout(timer);
      loading?.abort();
    },
  };
}
