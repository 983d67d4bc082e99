import type { Route } from './route.js';

/** Limits that an operator may set for each key: of reports, and of reads. */
export const RATE_LIMIT_NAMES = ['webhooks', 'reads'] as const;
export type RateLimitName = (typeof RATE_LIMIT_NAMES)[number];

/**
 * Limit that a route falls under; undefined: none. Commands have none, so that an operator whose page has used up its reads
 * can still act; nor has what needs no key, such as health.
 */
export function rateLimitOf({ scope, method }: Route): RateLimitName | undefined {
  if (scope === null) return undefined;
  if (scope === 'ingest') return 'webhooks';
  return method === 'GET' ? 'reads' : undefined;
}
