import { expect, it } from 'vitest';
import type { ProblemError } from '../http/problem-error.js';
import { MemoryQuotas, type SharedState, SharedStateUnavailableError } from '../shared-state/index.js';
import { printedSeed } from '../testing/index.js';
import { RateLimiter } from './rate-limiter.js';

const WINDOW = 60_000;
/** Milliseconds that a request or an answer travels at most. */
const TRAVEL = 200;
const RUNS = 200;
const STEPS = 400;
const LIMITS = [1, 3, 50, 100, 450, 3_000];

const seed = printedSeed('rate limiter');

it('lets no more than the limit pass in a window, and refuses only where the rest was given out', async () => {
  let refusals = 0;
  for (let run = 0; run < RUNS; run++) refusals += await play(new World(seed + run));
  expect(refusals).toBeGreaterThan(RUNS);
});

it('lets no more than the limit pass on its own in a window, whatever outages come', async () => {
  const random = randomFrom(seed);
  let now = 0;
  let isAway = false;
  const store = new MemoryQuotas(() => now);
  const takeQuota: SharedState['takeQuota'] = async (request) => {
    if (isAway) throw new SharedStateUnavailableError('away');
    return store.take(request);
  };
  const sharedState = { takeQuota };
  const limiter = new RateLimiter({
    name: 'reads',
    limit: 100,
    sharedState,
    now: () => now,
    onRefused() {},
    onFault() {},
  });
  const times: number[] = [];
  for (let step = 0; step < 20_000; step++) {
    if (random() < 0.01) isAway = !isAway;
    now += Math.floor(random() * 200);
    if (await isAllowed(() => limiter.spend('key'))) times.push(now);
  }
  // A window of the store and one of the process alone may overlap, and a minute may touch two of each.
  for (let first = 0, last = 0; last < times.length; last++) {
    while ((times[last] as number) - (times[first] as number) >= WINDOW) first += 1;
    expect(last - first + 1, `seed ${seed}`).toBeLessThanOrEqual(4 * 100);
  }
  expect(times.length).toBeGreaterThan(1_000);
});

/** Replicas with one store behind a network that takes its time. */
class World {
  now = 5_000;
  readonly limit: number;
  readonly replicas: RateLimiter[];
  /** Number that the store gave in each window, by when that ended. */
  readonly given = new Map<number, number>();
  readonly allowed: { at: number; count: number }[] = [];
  readonly wrong: string[] = [];
  refusals = 0;
  open = 0;
  readonly random: () => number;
  readonly #underWay: { at: number; arrive(): void }[] = [];
  readonly #store = new MemoryQuotas(() => this.now);

  constructor(readonly seed: number) {
    this.random = randomFrom(seed);
    this.limit = LIMITS[this.between(0, LIMITS.length - 1)] as number;
    const takeQuota: SharedState['takeQuota'] = (request) =>
      new Promise((resolve) => {
        this.#travel(() => {
          const taken = this.#store.take(request);
          const endsAt = this.now + taken.resetsIn;
          this.given.set(endsAt, (this.given.get(endsAt) ?? 0) + taken.taken);
          this.#travel(() => resolve(taken));
        });
      });
    const options = {
      name: 'reads',
      limit: this.limit,
      sharedState: { takeQuota },
      onRefused() {},
      onFault() {},
    } as const;
    this.replicas = Array.from(
      { length: this.between(1, 4) },
      () => new RateLimiter({ ...options, now: () => this.now }),
    );
  }

  between(low: number, high: number): number {
    return low + Math.floor(this.random() * (high - low + 1));
  }

  spend(replica: number, count: number): void {
    this.open += 1;
    const limiter = this.replicas[replica] as RateLimiter;
    void isAllowed(
      () => limiter.spend('key', count),
      (refusal) => this.#checkRefusal(refusal, count),
    ).then((isYes) => {
      this.open -= 1;
      if (isYes) this.allowed.push({ at: this.now, count });
    });
  }

  /** Lets so many milliseconds pass, and everything arrive at its time. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    for (;;) {
      for (let turn = 0; turn < 8; turn++) await Promise.resolve();
      this.#underWay.sort((a, b) => a.at - b.at);
      const [next] = this.#underWay;
      if (next === undefined || next.at > end) break;
      this.now = next.at;
      this.#underWay.shift();
      next.arrive();
    }
    this.now = end;
  }

  #travel(arrive: () => void): void {
    this.#underWay.push({ at: this.now + this.between(0, TRAVEL), arrive });
  }

  /** Checks that the store had too little left in the window that a refusal speaks of. */
  #checkRefusal({ headers }: ProblemError, count: number): void {
    this.refusals += 1;
    const endsAt = this.now + Number(headers['Retry-After']) * 1_000;
    // Ends are a minute apart, and what a replica thinks of one is at most a journey and a rounding off.
    const window = [...this.given].find(([end]) => Math.abs(end - endsAt) < 2_000);
    const spent = window?.[1] ?? 0;
    if (spent + count <= this.limit) this.wrong.push(`refused ${count} when ${spent} were given`);
  }
}

async function play(world: World): Promise<number> {
  const { limit, replicas } = world;
  for (let step = 0; step < STEPS; step++) {
    const what = world.random();
    const replica = world.between(0, replicas.length - 1);
    if (what < 0.7) world.spend(replica, world.between(1, Math.min(limit, 4)));
    else if (what < 0.75) world.spend(replica, world.between(1, limit));
    await world.pass(what < 0.75 ? 0 : world.between(0, what < 0.98 ? 400 : WINDOW));
  }
  while (world.open > 0) await world.pass(50);
  const sum = (counts: number[]) => counts.reduce((all, one) => all + one, 0);
  const context = `seed ${world.seed}, limit ${limit}, ${replicas.length} replicas`;
  expect(world.wrong, context).toEqual([]);
  for (const endsAt of world.given.keys()) {
    const inside = world.allowed.filter(({ at }) => at >= endsAt - WINDOW && at < endsAt);
    expect(sum(inside.map(({ count }) => count)), context).toBeLessThanOrEqual(limit);
  }
  return world.refusals;
}

async function isAllowed(
  spend: () => unknown,
  onRefused: (refusal: ProblemError) => void = () => {},
): Promise<boolean> {
  try {
    await spend();
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'rate_limited' });
    onRefused(error as ProblemError);
    return false;
  }
}

/** Numbers from 0 to below 1, the same for the same seed. */
function randomFrom(start: number): () => number {
  let state = (start % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}
