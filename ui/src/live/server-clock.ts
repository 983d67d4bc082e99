/**
 * Clock of the server, whatever the clock of this computer says. Recorded times are by the server's clock, so every age,
 * duration and range on the page is, too.
 *
 * A message with the server's time took some time to come, so it bounds the difference of the clocks from below. An answer
 * was made after its request, so it bounds the difference from above (Cristian's algorithm). Between messages, the
 * monotonic clock counts on.
 */

/** Bounds of the difference, in milliseconds, between the server's time and the monotonic clock. */
export interface Bounds {
  low: number;
  high: number;
}

export interface TimeSample {
  /** Time in the message, in milliseconds since 1970, rounded down to `resolution`. */
  serverTime: number;
  resolution: number;
  /** Monotonic time at which the message was received. */
  receivedAt: number;
  /** Monotonic time of the request, for an answer. */
  requestedAt: number | undefined;
}

/** Narrows the bounds by a sample. If they contradict each other, a clock was set or slept: then the sample alone counts. */
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
  /** Milliseconds since 1970; by the clock of this computer until a first message of the server. */
  now(): number;
  /** Learns from the time at which a frame was sent. @param requestedAt monotonic time of the request that it answers */
  frame(timestamp: string, requestedAt: number | undefined): void;
  /** Learns from the `Date` of an answer: whole seconds, maybe of a proxy, so it counts only until the first frame. */
  header(date: string | null, requestedAt: number): void;
  /** Subscribes to leaps of `now`. */
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
    // The fastest message is the nearest to the server's time.
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

/** Clock of the page, which has one server. */
export const serverClock = makeServerClock();
