/** Batch: collects items and delivers them once a painted frame. */

/** Milliseconds between two deliveries in a hidden tab, which browsers never paint. */
const HIDDEN_MS = 500;
/** Most items that wait: a busy page is painted late, and timers of a tab long hidden come once a minute. */
export const MAX_ITEMS = 5_000;

export interface Batch<T> {
  add(item: T): void;
  /** Drops the items that wait. */
  clear(): void;
  /** Drops the items that wait, and ends the batch. */
  dispose(): void;
}

export function makeBatch<T>(deliver: (items: T[]) => void): Batch<T> {
  let items: T[] = [];
  let painting = 0;
  let timer = 0;

  function flush(): void {
    cancel();
    if (items.length === 0) return;
    const full = items;
    items = [];
    deliver(full);
  }

  function cancel(): void {
    cancelAnimationFrame(painting);
    window.clearTimeout(timer);
    painting = 0;
    timer = 0;
  }

  function clear(): void {
    cancel();
    items = [];
  }

  // A painted frame that was requested before the tab was hidden would never come.
  document.addEventListener('visibilitychange', flush);

  return {
    add(item) {
      items.push(item);
      if (items.length >= MAX_ITEMS) return flush();
      if (painting !== 0 || timer !== 0) return;
      if (document.hidden) timer = window.setTimeout(flush, HIDDEN_MS);
      else painting = requestAnimationFrame(flush);
    },
    clear,
    dispose() {
      document.removeEventListener('visibilitychange', flush);
      clear();
    },
  };
}
