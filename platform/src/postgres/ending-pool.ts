import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Milliseconds that statements under way may still take once the pool is to end. */
const END_TIMEOUT = 5_000;
/** Milliseconds that their users have to hand broken connections back. */
const GIVE_BACK_TIMEOUT = 1_000;

/** Milliseconds after which `end` has resolved, even when the server is silent. */
export const POOL_END_TIMEOUT = END_TIMEOUT + GIVE_BACK_TIMEOUT;

/** A pool whose `end` has a time limit: pg's own waits for connections in use as long as a silent server keeps them busy. */
export class EndingPool extends pg.Pool {
  readonly #connected = new Set<pg.Client>();

  constructor(config: pg.PoolConfig) {
    super(config);
    // The pool's clients are pg.Clients, which can be ended; pg's types hide that.
    this.on('connect', (client) => this.#connected.add(client as unknown as pg.Client));
    this.on('remove', (client) => this.#connected.delete(client as unknown as pg.Client));
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): Promise<void> {
    const ended = this.#endInTime(super.end());
    if (callback !== undefined) ended.then(callback, callback);
    return ended;
  }

  async #endInTime(ending: Promise<void>): Promise<void> {
    const done = new AbortController();
    const ended = ending.finally(() => done.abort());
    const wait = (milliseconds: number) =>
      Promise.race([ended, sleep(milliseconds, undefined, { signal: done.signal }).catch(() => ended)]);
    await wait(END_TIMEOUT);
    if (done.signal.aborted) return;
    // A connection with a statement under way is not asked any more: its statement fails.
    for (const client of this.#connected) client.end().catch(() => {});
    await wait(GIVE_BACK_TIMEOUT);
  }
}
