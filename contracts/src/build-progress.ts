/** How far a build of a read model is, and when it is likely to be done. */
import { z } from 'zod';
import { position } from './events.js';
import { wireTime } from './time.js';

export const buildProgressSchema = z.object({
  projection: z.string(),
  /** `filling`, `indexing`, `catching up` or `following`; the first takes most of the time, and the estimate is of it. */
  stage: z.string(),
  /** Position that the build has reached; the log ends at `head`. */
  position,
  head: position,
  /** Events a second, lately; null while it is not known. */
  rate: z.number().nonnegative().nullable(),
  eta_seconds: z.number().nonnegative().nullable(),
  /** The time that `eta_seconds` comes to. */
  expected_at: wireTime.nullable(),
});
export type BuildProgress = z.infer<typeof buildProgressSchema>;

/** @param now milliseconds since 1970 */
export function buildEstimate(
  { position, head, rate }: Pick<BuildProgress, 'position' | 'head' | 'rate'>,
  now: number,
): Pick<BuildProgress, 'eta_seconds' | 'expected_at'> {
  if (rate === null || rate <= 0) return { eta_seconds: null, expected_at: null };
  const seconds = Math.max(0, head - position) / rate;
  const at = new Date(now + seconds * 1000);
  // A rate next to nothing comes to a time that no date has.
  return { eta_seconds: seconds, expected_at: Number.isNaN(at.getTime()) ? null : at.toISOString() };
}
