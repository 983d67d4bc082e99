/** The stretch of an address, looked up again by itself where that failed and may pass. */
import { type Accessor, createSignal, onCleanup } from 'solid-js';
import { isPassing } from '../api/errors';
import { useLive } from '../live/live-context';
import { retryDelay } from '../live/retry-delay';
import type { ReplayAddress } from './address';
import { loadStretch, type NoStretch, type Stretch } from './load-stretch';

export interface StretchView {
  /** Undefined while it is on its way. */
  found: Accessor<Stretch | NoStretch | undefined>;
  error: Accessor<unknown>;
  reload(): void;
}

export function createStretch(address: ReplayAddress): StretchView {
  const { client, feed } = useLive();
  const [found, setFound] = createSignal<Stretch | NoStretch>();
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
      const next = await loadStretch(client, address, controller.signal);
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
    onStartOver() {},
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
