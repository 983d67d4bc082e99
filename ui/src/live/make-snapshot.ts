/**
 * A snapshot from REST that the live feed keeps up to date. Changes are folded in; where a fold is in
 * doubt, the snapshot is fetched again: once for all doubts of a moment, and at a bounded rate.
 */
import { ApiProblem, isPassing } from '../api/errors';
import type { Folded } from '../lists/fold';
import type { Change } from './change';
import type { Feed } from './make-feed';
import type { TaskStatus } from './make-known-tasks';
import { retryDelay } from './retry-delay';

/** Doubts that come together are settled together. */
const SETTLE_MS = 150;
/** Between the end of one fetch and the start of the next; more where the server is slow. */
const REST_MS = 1_000;
const REST_FACTOR = 4;

export interface Loaded<T> {
  data: T;
  /** The position that the data is true for. */
  position: number;
}

export interface SnapshotSource<T> {
  /** @param previous what is on the page: the new data should reach as far. */
  load(minPosition: number | undefined, signal: AbortSignal, previous: T | undefined): Promise<Loaded<T>>;
  fold(data: T, changes: readonly Change[]): Folded<T>;
  /** Tasks in the data whose status others may want to know. */
  tasks?(data: T): readonly TaskStatus[];
}

export interface SnapshotEvents<T> {
  onData(data: T): void;
  /** Undefined once it is well again. */
  onError(error: unknown): void;
}

export interface Snapshot<T> {
  /** Fetches again, now. */
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
  let data: T | undefined;
  let position = 0;
  /** The data is of a log, or a stretch of it, that the changes do not go on from. */
  let stale = false;
  let inexactAt = 0;
  let failures = 0;
  let failed = false;
  let timer = 0;
  let loading: AbortController | undefined;
  let restUntil = 0;

  function load(): Promise<Loaded<T>> {
    window.clearTimeout(timer);
    timer = 0;
    loading?.abort();
    const controller = new AbortController();
    loading = controller;
    const since = performance.now();
    const needed = Math.max(inexactAt, feed.floor() ?? 0);
    const answer = source.load(needed > 0 ? needed : undefined, controller.signal, data);
    answer
      .then((loaded) => {
        if (loading !== controller) return;
        loading = undefined;
        restUntil = performance.now() + Math.max(REST_MS, REST_FACTOR * (performance.now() - since));
        arrived(loaded);
      })
      .catch((error: unknown) => {
        if (loading !== controller) return;
        loading = undefined;
        broke(error);
      });
    return answer;
  }

  function arrived(loaded: Loaded<T>): void {
    failures = 0;
    if (failed) events.onError(undefined);
    failed = false;
    const missed = feed.changesAfter(loaded.position);
    if (missed === undefined) {
      // Too old to be brought up to date: again, at the feed's floor or later.
      inexactAt = Math.max(inexactAt, feed.floor() ?? 0);
      later(SETTLE_MS);
      return;
    }
    position = loaded.position;
    stale = false;
    inexactAt = 0;
    fold(loaded.data, missed);
    if (data !== undefined && source.tasks !== undefined) feed.learn(source.tasks(data), position);
  }

  function fold(current: T, changes: readonly Change[]): void {
    const folded = source.fold(current, changes);
    if (folded.data !== data) {
      data = folded.data;
      events.onData(data);
    }
    if (folded.inexactAt === 0) return;
    inexactAt = Math.max(inexactAt, folded.inexactAt);
    later(Math.max(SETTLE_MS, restUntil - performance.now()));
  }

  function broke(error: unknown): void {
    failed = true;
    events.onError(error);
    if (!isPassing(error) && !isOtherLog(error)) return;
    later(retryDelay(error, failures, Math.random()));
    failures += 1;
  }

  function later(ms: number): void {
    if (timer !== 0 || loading !== undefined) return;
    timer = window.setTimeout(quietly, ms);
  }

  /** Failures reach the page through `onError`. */
  function quietly(): void {
    load().catch(() => undefined);
  }

  const unsubscribe = feed.subscribe({
    onChanges(changes) {
      if (data === undefined || stale) return;
      const news = changes.filter((change) => change.position > position);
      if (news.length > 0) fold(data, news);
    },
    onReset() {
      stale = true;
      inexactAt = 0;
      quietly();
    },
    onConnected() {
      if (failed && loading === undefined) quietly();
    },
  });

  feed.awaitSnapshot(load());

  return {
    reload: quietly,
    update(change) {
      if (data === undefined) return;
      data = change(data);
      events.onData(data);
    },
    dispose() {
      unsubscribe();
      window.clearTimeout(timer);
      loading?.abort();
      loading = undefined;
    },
  };
}

/** The log is shorter than it was: the socket is about to say so. */
function isOtherLog(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === 'position_ahead';
}
