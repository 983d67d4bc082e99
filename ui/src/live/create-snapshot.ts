/** Snapshot for components: `makeSnapshot` that follows its source and ends with its owner. */
import { type Accessor, createEffect, createSignal, on, onCleanup, untrack } from 'solid-js';
import type { Feed } from './make-feed';
import { makeSnapshot, type Snapshot, type SnapshotSource } from './make-snapshot';

export interface SnapshotView<T> {
  /** Last data that came: of the source before, while the read of the present one is under way. */
  data: Accessor<T | undefined>;
  error: Accessor<unknown>;
  /** True until the data of the present source has come. */
  pending: Accessor<boolean>;
  reload(): void;
  update(change: (data: T) => T): void;
}

export function createSnapshot<T>(feed: Feed, source: Accessor<SnapshotSource<T>>): SnapshotView<T> {
  const [data, setData] = createSignal<T>();
  const [error, setError] = createSignal<unknown>();
  const [pending, setPending] = createSignal(true);
  let snapshot: Snapshot<T> | undefined;

  function follow(present: SnapshotSource<T>): void {
    snapshot?.dispose();
    setPending(true);
    setError(undefined);
    snapshot = makeSnapshot(feed, present, {
      onData(next) {
        setData(() => next);
        setPending(false);
      },
      onError: setError,
    });
  }

  // Called outside of an effect, since the feed has to know of every first snapshot before one of them arrives.
  follow(untrack(source));
  createEffect(on(source, follow, { defer: true }));
  onCleanup(() => snapshot?.dispose());

  return {
    data,
    error,
    pending,
    reload: () => snapshot?.reload(),
    update: (change) => snapshot?.update(change),
  };
}
