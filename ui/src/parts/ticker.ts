/** One clock for every relative time on the page: the server's, as recorded times are. */

import { type Accessor, createContext, createRoot, createSignal, useContext } from 'solid-js';
import { serverClock } from '../live/server-clock';

const TICK_MS = 1_000;

/** Milliseconds since 1970, renewed every second and whenever the server tells its time. */
export const now = createRoot(() => {
  const [time, setTime] = createSignal(serverClock.now());
  const tick = () => setTime(serverClock.now());
  window.setInterval(tick, TICK_MS);
  serverClock.onChange(tick);
  return time;
});

/** The same on the clock of this computer, for what its own timers wait for. */
export function localNow(): number {
  now();
  return Date.now();
}

const Clock = createContext<Accessor<number>>(now);

/** Where another time than the present is shown, relative times are relative to that. */
export const ClockProvider = Clock.Provider;

export function useClock(): Accessor<number> {
  return useContext(Clock);
}
