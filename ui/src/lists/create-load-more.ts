/** Fetch of one more page on request: one at a time, with its failure shown beside the button. */
import { type Accessor, createSignal, onCleanup } from 'solid-js';

export interface LoadMore {
  loading: Accessor<boolean>;
  error: Accessor<unknown>;
  run(): void;
}

export function createLoadMore(load: (signal: AbortSignal) => Promise<void>): LoadMore {
  const [loading, setLoading] = createSignal(false);
  const [error, setError] = createSignal<unknown>();
  const controller = new AbortController();
  onCleanup(() => controller.abort());

  async function run(): Promise<void> {
    if (loading()) return;
    setLoading(true);
    setError(undefined);
    try {
      await load(controller.signal);
    } catch (failure) {
      if (!controller.signal.aborted) setError(failure);
    } finally {
      setLoading(false);
    }
  }

  return { loading, error, run: () => void run() };
}
