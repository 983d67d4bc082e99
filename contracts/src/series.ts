import { z } from 'zod';
import { wireTime } from './time.js';

export const BUCKET_SIZES = ['minute', 'hour', 'day'] as const;
export type BucketSize = (typeof BUCKET_SIZES)[number];

const count = z.int().nonnegative();

/** Counts of what was recorded in a minute, hour or day of UTC. */
export const seriesBucketSchema = z.object({
  /** Start of the bucket. */
  bucket: wireTime,
  started: count,
  progressed: count,
  completed: count,
  failed: count,
  /** Seconds, over what completed in it with a duration; null if none. */
  average_duration: z.number().nonnegative().nullable(),
});
export type SeriesBucket = z.infer<typeof seriesBucketSchema>;
