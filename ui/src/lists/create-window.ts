/** How many rows of a list are on the page, and how it comes to more of them. */
import { type Accessor, createSignal } from 'solid-js';
import type { LoadMore } from './create-load-more';

export interface Window extends LoadMore {
  /** Rows that the page wants to have, from the first one on. */
  size: Accessor<number>;
  /** Back to the first rows, as for another list. */
  reset(): void;
  /** To be told when a fetch has come or failed. */
  settled(): void;
}

/**
 * More rows are fetched by fetching all of them anew: in a list that changes all the time, a next page
 * on its own would repeat rows of the one before, or miss some.
 */
export function createWindow(page: number, step: number, reload: () => void): Window {
  const [size, setSize] = createSignal(page);
  const [loading, setLoading] = createSignal(false);
  return {
    size,
    loading,
    // The list itself shows why it could not be fetched.
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
