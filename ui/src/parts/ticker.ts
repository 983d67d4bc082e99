/** One clock for every relative time on the page. */
import { type Accessor, createContext, createRoot, createSignal, useContext } from 'solid-js';

const TICK_MS = 1_000;

/** Milliseconds since 1970, renewed every second. */
export const now = createRoot(() => {
  const [time, setTime] = createSignal(Date.now());
  window.setInterval(() => setTime(Date.now()), TICK_MS);
  return time;
});

const Clock = createContext<Accessor<number>>(now);

/** Where another time than the present is shown, relative times are relative to that. */
export const ClockProvider = Clock.Provider;

export function useClock(): Accessor<number> {
  return useContext(Clock);
}
