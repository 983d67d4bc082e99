/** When an open socket that says nothing is asked whether it is there, and when it is left. Shared by both sockets of the page. */

export interface Listening {
  heardAt: number;
  /** When the socket was asked whether it is there; undefined once anything is heard of it. */
  askedAt: number | undefined;
  /** True once it was asked a second time, as the page came too late to hear a first answer. */
  askedAgain: boolean;
}

/** A connection that dies without a word looks open for ever, so a quiet one is asked this soon. */
export const SILENCE_MS = 4_000;
/** A server that is there answers a ping in a fraction of this. Together with the silence it is less than 10 s. */
export const ANSWER_MS = 5_000;
/** A tick that is this much later than it should be was held back, and what was to be heard before it may be, too. */
export const LATE_MS = 2_000;

export function listeningFrom(now: number): Listening {
  return { heardAt: now, askedAt: undefined, askedAgain: false };
}

/**
 * Verdict of a tick. Hidden and frozen tabs run their timers late, and in any order with the frames that wait: a late
 * tick asks once more instead of leaving a socket whose answer is at hand.
 */
export function silenceVerdict(
  { heardAt, askedAt, askedAgain }: Listening,
  now: number,
): 'fine' | 'ask' | 'ask_again' | 'leave' {
  if (askedAt === undefined) return now - heardAt > SILENCE_MS ? 'ask' : 'fine';
  const waited = now - askedAt;
  if (waited < ANSWER_MS) return 'fine';
  return waited > ANSWER_MS + LATE_MS && !askedAgain ? 'ask_again' : 'leave';
}
