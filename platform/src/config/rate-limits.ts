/** Variables of the limits that each key is held to. */
import type { z } from 'zod';
import { wholeNumber } from './whole-number.js';

const perMinute = wholeNumber(1, 100_000_000).optional();

export const RATE_LIMIT_VARIABLES = {
  RATE_LIMIT_WEBHOOKS: perMinute,
  RATE_LIMIT_READS: perMinute,
};

/** Numbers a minute; undefined: as many as come. */
export interface RateLimitConfig {
  webhooks: number | undefined;
  reads: number | undefined;
}

export function rateLimitConfig(
  given: {
    [Name in keyof typeof RATE_LIMIT_VARIABLES]?: z.infer<typeof perMinute>;
  },
): RateLimitConfig {
  return { webhooks: given.RATE_LIMIT_WEBHOOKS, reads: given.RATE_LIMIT_READS };
}
