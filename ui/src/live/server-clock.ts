/**
 * The server's time, whatever the clock of this computer says. Recorded times are the server's, so every age, length and
 * range on the page is counted by this one clock.
 *
 * A message that names the server's time took some time to come: it bounds the clocks' difference from below. An answer was
 * made after its question: it bounds it from above (Cristian's algorithm). Between messages the monotonic clock counts on.
 */

/** Bounds of the milliseconds that the server's time is ahead of the monotonic clock. */
export interface Bounds {
  low: number;
  high: number;
}

export interface TimeSample {
  /** Time that the server said, in milliseconds since 1970, cut to `resolution`. */
  serverTime: number;
  resolution: number;
  /** Monotonic times: when it was heard and, for an answer, when it was asked for. */
  receivedAt: number;
  requestedAt: number | undefined;
}

/** Both clocks go on alike, unless one of them is set or sleeps: then the newest sample alone counts. */
export function narrowed(bounds: Bounds | undefined, sample: TimeSample): Bounds {
  const { serverTime, resolution, receivedAt, requestedAt } = sample;
  const low = serverTime - receivedAt;
  const high = requestedAt === undefined ? Number.POSITIVE_INFINITY : serverTime + resolution - requestedAt;
  const both = {
    low: Math.max(low, bounds?.low ?? Number.NEGATIVE_INFINITY),
    high: Math.min(high, bounds?.high ?? Number.POSITIVE_INFINITY),
  };
  return both.low > both.high ? { low, high } : both;
}

export interface ServerClock {
  /** Milliseconds since 1970; by the clock of this computer until the server has said anything. */
  now(): number;
  /** Learns from a frame that says when it was sent. @param requestedAt monotonic time of the question that it answers */
  frame(timestamp: string, requestedAt: number | undefined): void;
  /** Learns from the `Date` of an answer: whole seconds, and maybe a proxy's. It counts only until a frame says better. */
  header(date: string | null, requestedAt: number): void;
  /** Called when `now` leaps. */
  onChange(listener: () => void): void;
}

const FRAME_RESOLUTION_MS = 1;
const HEADER_RESOLUTION_MS = 1_000;

export function makeServerClock(
  monotonic: () => number = () => performance.now(),
  wall: () => number = () => Date.now(),
): ServerClock {
  const listeners = new Set<() => void>();
  let bounds: Bounds | undefined;
  let byFrames = false;
  let ahead = wall() - monotonic();

  function take(serverTime: number, resolution: number, requestedAt: number | undefined): void {
    if (Number.isNaN(serverTime)) return;
    bounds = narrowed(bounds, { serverTime, resolution, receivedAt: monotonic(), requestedAt });
    if (ahead === bounds.low) return;
    // The fastest message came at once as far as can be known: it is the nearest to the server's time.
    ahead = bounds.low;
    for (const listener of listeners) listener();
  }

  return {
    now: () => monotonic() + ahead,
    frame(timestamp, requestedAt) {
      if (!byFrames) bounds = undefined;
      byFrames = true;
      take(Date.parse(timestamp), FRAME_RESOLUTION_MS, requestedAt);
    },
    header(date, requestedAt) {
      if (!byFrames && date !== null) take(Date.parse(date), HEADER_RESOLUTION_MS, requestedAt);
    },
    onChange: (listener) => void listeners.add(listener),
  };
}

/** The one of the page, which has one server. */
export const serverClock = makeServerClock();
