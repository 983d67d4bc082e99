import type { RateLimitName } from '@att/contracts';
import type { Logger } from '../logging/index.js';
import { Counter, type Registry } from '../metrics/index.js';
import type { SharedState } from '../shared-state/index.js';
import { throttle } from '../time/index.js';
import { RateLimiter } from './rate-limiter.js';

/** Limits of each key; undefined: there is none. */
export type RateLimits = Readonly<Record<RateLimitName, RateLimiter | undefined>>;

export interface RateLimitsOptions {
  /** Numbers a minute; undefined: as many as come. */
  limits: Readonly<Record<RateLimitName, number | undefined>>;
  sharedState: SharedState;
  metrics: Registry;
  log: Logger;
}

/** Milliseconds between two log lines about quotas that cannot be taken. */
const LOG_INTERVAL = 60_000;

export function createRateLimits({ limits, sharedState, metrics, log }: RateLimitsOptions): RateLimits {
  const refusals = new Counter({
    name: 'att_rate_limit_refusals_total',
    help: 'Requests that were refused because their key had used up its limit',
    labelNames: ['limit'],
    registers: [metrics],
  });
  const onFault = throttle(LOG_INTERVAL, (err: unknown) =>
    log.error({ err }, 'quota of a key cannot be taken ahead of need'),
  );
  const limiterOf = (name: RateLimitName) => {
    const limit = limits[name];
    if (limit === undefined) return undefined;
    return new RateLimiter({
      name,
      limit,
      sharedState,
      onRefused: () => refusals.inc({ limit: name }),
      onFault,
    });
  };
  return { webhooks: limiterOf('webhooks'), reads: limiterOf('reads') };
}
