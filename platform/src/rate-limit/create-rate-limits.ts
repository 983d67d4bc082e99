import type { RateLimitName } from '@att/contracts';
import { Counter, type Registry } from '../metrics/index.js';
import type { SharedState } from '../shared-state/index.js';
import { RateLimiter } from './rate-limiter.js';

/** Limits of each key; undefined: there is none. */
export type RateLimits = Readonly<Record<RateLimitName, RateLimiter | undefined>>;

export interface RateLimitsOptions {
  /** Numbers a minute; undefined: as many as come. */
  limits: Readonly<Record<RateLimitName, number | undefined>>;
  sharedState: SharedState;
  metrics: Registry;
}

export function createRateLimits({ limits, sharedState, metrics }: RateLimitsOptions): RateLimits {
  const refusals = new Counter({
    name: 'att_rate_limit_refusals_total',
    help: 'Requests that were refused because their key had used up its limit',
    labelNames: ['limit'],
    registers: [metrics],
  });
  const limiterOf = (name: RateLimitName) => {
    const limit = limits[name];
    if (limit === undefined) return undefined;
    return new RateLimiter({ name, limit, sharedState, onRefused: () => refusals.inc({ limit: name }) });
  };
  return { webhooks: limiterOf('webhooks'), reads: limiterOf('reads') };
}
