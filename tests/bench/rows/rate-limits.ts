/** Single webhooks with a limit of their key against the same without: leases keep Redis off the way of a webhook. */
import { startRedis } from '@att/platform/testing';
import { startAtt } from '../processes.js';
import { inTurn } from '../rounds.js';
import { atLeast, perSecond, type Row } from '../row.js';
import { withDatabase } from '../with-database.js';
import { load } from './single-webhooks.js';

/** Reports a minute: 100,000 a second, more than come, so that none is refused. A lease is 60,000 of them. */
const LIMIT = '6000000';

export function rateLimits(): Promise<Row[]> {
  return withDatabase(async (connectionString) => {
    const redis = await startRedis();
    const env = { DATABASE_URL: connectionString };
    const free = await startAtt('ingest', env);
    const limited = await startAtt('ingest', { ...env, RATE_LIMIT_WEBHOOKS: LIMIT });
    const shared = await startAtt('ingest', {
      ...env,
      RATE_LIMIT_WEBHOOKS: LIMIT,
      REDIS_URL: redis.url,
    });
    try {
      const { rates, ratios } = await inTurn(
        { free: () => load(free), limited: () => load(limited), shared: () => load(shared) },
        'shared',
      );
      return [
        {
          what: 'single webhooks with a limit over replicas, of the same without',
          figures: `${perSecond(rates.shared)} of ${perSecond(rates.free)}; with a limit of one process ${perSecond(rates.limited)}`,
          ...atLeast(ratios.free, 0.95),
        },
      ];
    } finally {
      await Promise.all([free.stop(), limited.stop(), shared.stop()]);
      await redis.stop();
    }
  });
}
