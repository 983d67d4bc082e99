/** Window of a list: the number of rows on the page, and the way to more of them. */
import { type Accessor, createSignal } from 'solid-js';
import type { LoadMore } from './create-load-more';

export interface Window extends LoadMore {
  /** Number of rows that the page wants, from the first one on. */
  size: Accessor<number>;
  /** Goes back to the first rows, as for another list. */
  reset(): void;
  /** Called when a fetch has come or failed. */
  settled(): void;
}

/**
 * Makes a window that grows by fetching all its rows anew: in a list that changes all the time, a next page on its own
 * would repeat rows of the one before, or miss some.
 */
export function createWindow(page: number, step: number, reload: () => void): Window {
  const [size, setSize] = createSignal(page);
  const [loading, setLoading] = createSignal(false);
  return {
    size,
    loading,
    // The list itself shows its failures.
    error: () => undefined,
    run() {
      setSize((rows) => rows + step);
      setLoading(true);
      reload();
    },
    reset: () => setSize(page),
    settled: () => setLoading(false),
  };
}
