/** Estimate of a build's progress now, from the progress that the server reported a while ago. */
import type { BuildProgress } from '@att/contracts';

export interface BuildEstimate {
  /** Events that are likely to be in the build by now. */
  position: number;
  head: number;
  /** Share done, from 0 to 1. */
  part: number;
  /** Undefined while it cannot be estimated. */
  secondsLeft: number | undefined;
}

/** @param now milliseconds since 1970, by the server's clock */
export function buildEstimateAt(
  { position, head, rate, expected_at }: BuildProgress,
  now: number,
): BuildEstimate {
  const end = Math.max(head, position);
  const left = expected_at === null ? undefined : Math.max(0, (Date.parse(expected_at) - now) / 1_000);
  const reached = left === undefined || rate === null ? position : Math.floor(end - left * rate);
  const by = Math.min(end, Math.max(position, reached));
  return { position: by, head: end, part: end === 0 ? 0 : by / end, secondsLeft: left };
}
