/** Throttled signal: a value that changes many times a second, as often as people can follow it. */
import { type Accessor, createEffect, createSignal, onCleanup, untrack } from 'solid-js';

/**
 * Milliseconds between two updates. At the greatest speed every painted frame brings another world; drawing its rows
 * eight times a second leaves the page its time for everything else.
 */
const EVERY_MS = 125;

/** Follows `source`: at once after a rest, and else at most every `EVERY_MS`. */
export function createThrottled<T>(source: Accessor<T>): Accessor<T> {
  const [value, setValue] = createSignal(untrack(source));
  let changedAt = 0;
  let timer = 0;

  function take(): void {
    timer = 0;
    changedAt = performance.now();
    setValue(() => untrack(source));
  }

  createEffect(() => {
    source();
    const rest = changedAt + EVERY_MS - performance.now();
    if (rest <= 0) take();
    else if (timer === 0) timer = window.setTimeout(take, rest);
  });
  onCleanup(() => window.clearTimeout(timer));

  return value;
}
