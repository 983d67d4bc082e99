/** When an open socket that says nothing is asked whether it is there, and when it is left. Shared by both sockets of the page. */

export interface Liveness {
  lastFrameAt: number;
  /** When the socket was asked whether it is there; undefined once anything is heard of it. */
  pingedAt: number | undefined;
  /** True once it was asked a second time, as the page came too late to hear a first answer. */
  pingedAgain: boolean;
}

/** A connection that dies without a word looks open for ever, so a quiet one is asked this soon. */
export const QUIET_MS = 4_000;
/** A server that is there answers a ping in a fraction of this. Together with the silence it is less than 10 s. */
export const PONG_MS = 5_000;
/** A tick that is this much later than it should be was held back, and what was to be heard before it may be, too. */
export const LATE_MS = 2_000;

export function freshLiveness(now: number): Liveness {
  return { lastFrameAt: now, pingedAt: undefined, pingedAgain: false };
}

/**
 * Verdict of a tick. Hidden and frozen tabs run their timers late, and in any order with the frames that wait: a late
 * tick asks once more instead of leaving a socket whose answer is at hand.
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
