/** Liveness of a socket: when a quiet one is pinged, and when it is given up. Live and replay share these rules. */

export interface Liveness {
  lastFrameAt: number;
  /** Time of the ping that is not answered yet; any frame counts as an answer. */
  pingedAt: number | undefined;
  /** True after a second ping, sent because the tick came too late to have read a first answer. */
  pingedAgain: boolean;
}

/** A server that answers at all sends its first frame in a fraction of this. */
export const CONNECT_MS = 15_000;
/** A connection that dies without a close looks open for ever, so a quiet one is pinged this soon. */
export const QUIET_MS = 4_000;
/** A server that is there answers a ping in a fraction of this. Together with `QUIET_MS` it is less than 10 s. */
export const PONG_MS = 5_000;
/** A tick this much too late was held back by the browser, and frames that arrived before it may be, too. */
export const LATE_MS = 2_000;

/** Liveness of a socket that has just sent a frame. */
export function freshLiveness(now: number): Liveness {
  return { lastFrameAt: now, pingedAt: undefined, pingedAgain: false };
}

/**
 * Verdict of a tick. Hidden and frozen tabs run their timers late, and in any order with frames that wait: a late
 * tick pings once more instead of leaving a socket whose answer is about to be read.
 */
export function livenessVerdict(
  { lastFrameAt, pingedAt, pingedAgain }: Liveness,
  now: number,
): 'fine' | 'ping' | 'ping_again' | 'leave' {
  if (pingedAt === undefined) return now - lastFrameAt > QUIET_MS ? 'ping' : 'fine';
  const waited = now - pingedAt;
  if (waited < PONG_MS) return 'fine';
  return waited > PONG_MS + LATE_MS && !pingedAgain ? 'ping_again' : 'leave';
}
