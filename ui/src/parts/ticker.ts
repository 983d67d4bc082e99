/** One clock for every relative time on the page. */
import { createRoot, createSignal } from 'solid-js';

const TICK_MS = 1_000;

/** Milliseconds since 1970, renewed every second. */
export const now = createRoot(() => {
  const [time, setTime] = createSignal(Date.now());
  window.setInterval(() => setTime(Date.now()), TICK_MS);
  return time;
});
