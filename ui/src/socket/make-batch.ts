/** Collects what comes and hands it over once a painted frame, however much came. */

/** Browsers paint nothing in a hidden tab, so nothing would be handed over; twice a second will do. */
const HIDDEN_MS = 500;
/** No more than this waits: a busy page is painted late, and timers of a tab long hidden come once a minute. */
export const MAX_ITEMS = 5_000;

export interface Batch<T> {
  add(item: T): void;
  /** Drops what waits. */
  clear(): void;
  /** The same, and stops listening. */
  dispose(): void;
}

export function makeBatch<T>(handOver: (items: T[]) => void): Batch<T> {
  let items: T[] = [];
  let painting = 0;
  let timer = 0;

  function flush(): void {
    cancel();
    if (items.length === 0) return;
    const full = items;
    items = [];
    handOver(full);
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

  // A frame that was asked for before the tab was hidden would never come.
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
