import { describe, expect, it } from 'vitest';
import { ProblemError } from '../http/problem-error.js';
import {
  createMemorySharedState,
  type SharedState,
  SharedStateUnavailableError,
} from '../shared-state/index.js';
import { RateLimiter, type RateLimiterOptions } from './rate-limiter.js';

const MINUTE = 60_000;

function setUp(limit: number, changed: Partial<RateLimiterOptions> = {}) {
  const clock = { now: 1_000 };
  const now = () => clock.now;
  let refused = 0;
  const sharedState = createMemorySharedState(now);
  const options = {
    name: 'webhooks',
    limit,
    sharedState,
    now,
    onRefused: () => (refused += 1),
    onFault() {},
  } as const;
  const limiter = new RateLimiter({ ...options, ...changed });
  const other = new RateLimiter({ ...options, ...changed });
  return { clock, limiter, other, sharedState, refused: () => refused };
}

/** Number of spends of one that were allowed. */
async function allowed(limiter: RateLimiter, tries: number, actor = 'a'): Promise<number> {
  let count = 0;
  for (let i = 0; i < tries; i++) {
    await Promise.resolve()
      .then(() => limiter.spend(actor))
      .then(
        () => (count += 1),
        (error: ProblemError) => expect(error.code).toBe('rate_limited'),
      );
  }
  return count;
}

const refusalOf = async (spend: () => unknown): Promise<ProblemError> => {
  try {
    await spend();
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('it was allowed');
};

describe('a limit', () => {
  it('lets so many pass in a minute, and again in the next', async () => {
    const { clock, limiter, refused } = setUp(5);
    expect(await allowed(limiter, 8)).toBe(5);
    expect(refused()).toBe(3);
    clock.now += MINUTE - 1;
    expect(await allowed(limiter, 1)).toBe(0);
    clock.now += 1;
    expect(await allowed(limiter, 8)).toBe(5);
  });

  it('holds for each key by itself', async () => {
    const { limiter } = setUp(2);
    expect(await allowed(limiter, 3, 'a')).toBe(2);
    expect(await allowed(limiter, 3, 'b')).toBe(2);
  });

  it('says what is left in the fields of the draft', async () => {
    const { clock, limiter } = setUp(1_000);
    expect(await limiter.spend('a')).toEqual({
      'RateLimit-Policy': '"webhooks";q=1000;w=60',
      RateLimit: '"webhooks";r=999;t=60',
    });
    clock.now += 10_500;
    expect(await limiter.spend('a', 9)).toMatchObject({ RateLimit: '"webhooks";r=990;t=50' });
  });

  it('refuses with what to do, and when', async () => {
    const { clock, limiter } = setUp(1);
    await limiter.spend('a');
    clock.now += 18_000;
    const refusal = await refusalOf(() => limiter.spend('a'));
    expect(refusal.code).toBe('rate_limited');
    expect(refusal.detail).toBe('This key may make 1 reports a minute. Send it again in 42 s.');
    expect(refusal.headers).toEqual({
      'Retry-After': '42',
      'RateLimit-Policy': '"webhooks";q=1;w=60',
      RateLimit: '"webhooks";r=0;t=42',
    });
  });

  it('counts the items of a batch, all of them or none', async () => {
    const { limiter } = setUp(10);
    await limiter.spend('a', 7);
    expect((await refusalOf(() => limiter.spend('a', 4))).code).toBe('rate_limited');
    await limiter.spend('a', 3);
    expect(await allowed(limiter, 1)).toBe(0);
  });

  it('does not ask a batch to come again that could never pass', async () => {
    const { limiter } = setUp(10);
    const refusal = await refusalOf(() => limiter.spend('a', 11));
    expect(refusal.code).toBe('too_many_items');
    expect(refusal.headers).toEqual({});
    expect(await allowed(limiter, 12)).toBe(10);
  });

  it('is never exceeded by two replicas, nor missed by more than the lease of the other', async () => {
    const { limiter, other } = setUp(1_000);
    await allowed(other, 1);
    const passed = 1 + (await allowed(limiter, 2_000));
    expect(passed).toBeLessThanOrEqual(1_000);
    expect(passed).toBeGreaterThanOrEqual(1_000 - 10);
    // Quota that the other holds is not lost.
    expect(passed + (await allowed(other, 100))).toBe(1_000);
  });

  it('under a hundred is shared exactly', async () => {
    const { limiter, other } = setUp(99);
    expect((await allowed(other, 1)) + (await allowed(limiter, 200)) + (await allowed(other, 5))).toBe(99);
  });
});

describe('the shared state', () => {
  /** Counts how often it was asked. */
  function counted(state: Pick<SharedState, 'takeQuota'>) {
    const asked = { times: 0 };
    const takeQuota: SharedState['takeQuota'] = (request) => {
      asked.times += 1;
      return state.takeQuota(request);
    };
    return { asked, sharedState: { takeQuota } };
  }

  it('is asked for one in many reports, and for none of those that are refused', async () => {
    const { asked, sharedState } = counted(createMemorySharedState());
    const { limiter } = setUp(10_000, { sharedState });
    expect(await allowed(limiter, 12_000)).toBe(10_000);
    expect(asked.times).toBeLessThanOrEqual(210);
  });

  it('is asked ahead of need, so that only the first report waits', async () => {
    const { limiter } = setUp(10_000);
    let waited = 0;
    for (let i = 0; i < 5_000; i++) {
      const spent = limiter.spend('a');
      if (spent instanceof Promise) waited += 1;
      await spent;
    }
    expect(waited).toBe(1);
  });

  it('is asked once for many reports that come together, which are answered in their order', async () => {
    const { asked, sharedState } = counted(createMemorySharedState());
    const { limiter } = setUp(50, { sharedState });
    const order: number[] = [];
    const spends = Array.from({ length: 80 }, (_, index) =>
      Promise.resolve(limiter.spend('a')).then(
        () => order.push(index),
        () => {},
      ),
    );
    await Promise.all(spends);
    expect(order).toEqual(Array.from({ length: 50 }, (_, index) => index));
    expect(asked.times).toBeLessThanOrEqual(3);
  });

  it('that is away leaves each process the whole limit, and is asked again in the next window', async () => {
    let isAway = false;
    const { clock, limiter, other, sharedState } = setUp(20);
    const flaky: SharedState['takeQuota'] = async (request) => {
      if (isAway) throw new SharedStateUnavailableError('away');
      return sharedState.takeQuota(request);
    };
    const options = {
      name: 'webhooks',
      limit: 20,
      sharedState: { takeQuota: flaky },
      onRefused() {},
      onFault() {},
    } as const;
    const [one, two] = [1, 2].map(() => new RateLimiter({ ...options, now: () => clock.now }));
    expect(await allowed(one as RateLimiter, 15)).toBe(15);
    isAway = true;
    expect(await allowed(one as RateLimiter, 30)).toBe(20);
    expect(await allowed(two as RateLimiter, 30)).toBe(20);
    isAway = false;
    clock.now += MINUTE;
    expect((await allowed(one as RateLimiter, 15)) + (await allowed(two as RateLimiter, 15))).toBe(20);
    expect(limiter).not.toBe(other);
  });

  it('that fails as nobody foresaw is an error of the request, not a limit', async () => {
    const takeQuota = () => Promise.reject(new TypeError('a bug'));
    const { limiter } = setUp(5, { sharedState: { takeQuota } });
    await expect(limiter.spend('a')).rejects.toThrow('a bug');
    await expect(limiter.spend('a')).rejects.toThrow('a bug');
  });

  it('that fails as nobody foresaw while quota is taken ahead of need is reported, as no request waits for it', async () => {
    const faults: unknown[] = [];
    const { sharedState } = setUp(1_000);
    let isBroken = false;
    const takeQuota: SharedState['takeQuota'] = async (request) => {
      if (isBroken) throw new TypeError('a bug');
      return sharedState.takeQuota(request);
    };
    const onFault = (error: unknown) => faults.push(error);
    const { limiter } = setUp(1_000, { sharedState: { takeQuota }, onFault });
    expect(await allowed(limiter, 1)).toBe(1);
    isBroken = true;
    expect(await allowed(limiter, 7)).toBe(7);
    expect(faults).toContainEqual(new TypeError('a bug'));
  });
});
