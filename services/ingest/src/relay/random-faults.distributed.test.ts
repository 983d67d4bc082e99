/** Two relays under faults at random: the topic has exactly the log in the end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabaseProxy, printedSeed, type TcpProxy, throughProxy } from '@att/platform/testing';
import fc from 'fast-check';
import { inject, it } from 'vitest';
import { createRelayedLog, type RelayedLog, type StartedRelay } from './testing/relayed-log.js';

const ROUNDS = 12;

const FAULTS = ['cut', 'stop', 'stall', 'hold'] as const;

const round = fc.record({
  batches: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 }),
  /** Milliseconds before the fault. */
  pause: fc.nat(700),
  fault: fc.constantFrom(...FAULTS),
  /** Relay that it befalls. */
  relay: fc.nat(1),
});

class World {
  readonly #relays: (StartedRelay | undefined)[] = [undefined, undefined];

  constructor(
    readonly made: RelayedLog,
    readonly proxies: readonly TcpProxy[],
  ) {}

  start(index: number): void {
    const proxy = this.proxies[index] as TcpProxy;
    const connectionString = throughProxy(this.made.database.connectionString, proxy);
    this.#relays[index] ??= this.made.start({ connectionString });
  }

  async stop(index: number): Promise<void> {
    await this.#relays[index]?.stop();
    this.#relays[index] = undefined;
  }

  /** Ends every connection of all relays, in the middle of whatever they do. */
  async cut(): Promise<void> {
    for (const proxy of this.proxies) proxy.cut();
  }

  /** Connections of one that carry nothing for a while, as in a process that is frozen. */
  async stall(index: number): Promise<void> {
    const proxy = this.proxies[index] as TcpProxy;
    proxy.stall();
    await this.append(200);
    await sleep(3_500);
    proxy.resume();
    proxy.cut();
  }

  /** The row stays where it is while more is sent, and its owner loses it. */
  async hold(): Promise<void> {
    const locker = await this.made.database.pool().connect();
    await locker.query('BEGIN; SELECT FROM log.relay FOR UPDATE');
    await this.append(300);
    await sleep(400);
    await this.cut();
    await locker.query('ROLLBACK');
    locker.release();
  }

  append = (count: number) => this.made.append(count);
}

it.skipIf(inject('kafka') === undefined)('two relays under random faults lose nothing', async () => {
  const seed = printedSeed('faults of relays');
  const made = await createRelayedLog(inject('kafka')?.brokers ?? []);
  const proxy = () => createDatabaseProxy(made.database.connectionString);
  const world = new World(made, [await proxy(), await proxy()]);
  try {
    for (const { batches, pause, fault, relay } of fc.sample(round, { seed, numRuns: ROUNDS })) {
      world.start(0);
      world.start(1);
      for (const count of batches) await world.append(count);
      await sleep(pause);
      await world[fault](relay);
    }
    world.start(0);
    await made.published();
    await made.whole();
  } finally {
    await made.close();
    await Promise.all(world.proxies.map((one) => one.close()));
  }
});
