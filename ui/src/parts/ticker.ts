/** Clock of every relative time on the page: the server's, since recorded times are by its clock. */

import { type Accessor, createContext, createRoot, createSignal, useContext } from 'solid-js';
import { serverClock } from '../live/server-clock';

const TICK_MS = 1_000;

/** Milliseconds since 1970, updated every second and whenever the server's time becomes better known. */
export const now = createRoot(() => {
  const [time, setTime] = createSignal(serverClock.now());
  const tick = () => setTime(serverClock.now());
  window.setInterval(tick, TICK_MS);
  serverClock.onChange(tick);
  return time;
});

/** Time by the clock of this computer, for count-downs of its own timers. */
export function localNow(): number {
  now();
  return Date.now();
}

const Clock = createContext<Accessor<number>>(now);

/** Clock for a part of the page that shows the past: its relative times are relative to the playhead. */
export const ClockProvider = Clock.Provider;

export function useClock(): Accessor<number> {
  return useContext(Clock);
}
