/** The stretch of an address, looked up again whenever that failed and the server is there again. */
import { type Accessor, createSignal, onCleanup } from 'solid-js';
import { useLive } from '../live/live-context';
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

  async function load(): Promise<void> {
    loading?.abort();
    const controller = new AbortController();
    loading = controller;
    try {
      const next = await loadStretch(client, address, controller.signal);
      if (controller.signal.aborted) return;
      setFound(next);
      setError(undefined);
    } catch (failure) {
      if (!controller.signal.aborted) setError(failure);
    }
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
