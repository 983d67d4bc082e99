/** Range of an address for components, looked up again by itself after a failure that may pass. */
import { type Accessor, createSignal, onCleanup } from 'solid-js';
import { isPassing } from '../api/errors';
import { useLive } from '../live/live-context';
import { retryDelay } from '../live/retry-delay';
import type { ReplayAddress } from './address';
import { type EmptyRange, loadReplayRange, type ReplayRange } from './load-replay-range';

export interface ReplayRangeView {
  /** Undefined while it is being looked up. */
  found: Accessor<ReplayRange | EmptyRange | undefined>;
  error: Accessor<unknown>;
  reload(): void;
}

export function createReplayRange(address: ReplayAddress): ReplayRangeView {
  const { client, feed } = useLive();
  const [found, setFound] = createSignal<ReplayRange | EmptyRange>();
  const [error, setError] = createSignal<unknown>();
  let loading: AbortController | undefined;
  let waiting = 0;
  let failures = 0;

  async function load(): Promise<void> {
    loading?.abort();
    window.clearTimeout(waiting);
    const controller = new AbortController();
    loading = controller;
    try {
      const next = await loadReplayRange(client, address, controller.signal);
      if (controller.signal.aborted) return;
      failures = 0;
      setFound(next);
      setError(undefined);
    } catch (failure) {
      if (controller.signal.aborted) return;
      setError(failure);
      if (isPassing(failure)) again(failure);
    }
  }

  function again(failure: unknown): void {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void load(), retryDelay(failure, failures, Math.random()));
    failures += 1;
  }

  const unsubscribe = feed.subscribe({
    onChanges() {},
    onReset() {},
    onConnected() {
      if (error() !== undefined) void load();
    },
  });
  onCleanup(() => {
    unsubscribe();
    window.clearTimeout(waiting);
    loading?.abort();
  });
  void load();

  return {
    found,
    error,
    reload() {
      setFound(undefined);
      setError(undefined);
      void load();
    },
  };
}
