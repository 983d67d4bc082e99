/** Lease of the projector that follows the log; the others stand by. */
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@att/platform/logging';
import { pause } from '@att/platform/time';
import type { Pool, PoolClient } from 'pg';
import { endOthers, endOwner, moveBeat, readBeat, tryToOwn } from './lease-locks.js';
import { OwnerWatch } from './owner-watch.js';

export interface Lease {
  /** Number of this tenure; all of its sessions have it. */
  tenure: number;
  /** Aborts when the lease is lost, or may be: all work must end, and rows in memory may differ from the tables. */
  lost: AbortSignal;
  release(): void;
}

export interface LeaseOptions {
  /** Connections without a role, as the lease may have to end the sessions of another projector. */
  pool: Pool;
  log: Logger;
  signal: AbortSignal;
  /** Called when another projector has the lease. */
  onStandBy(): void;
}

/** Milliseconds between two beats, and between two looks at them. */
const INTERVAL = 1_000;
/** Milliseconds between two looks at sessions that should end, and the number of looks. */
const ENDING = 50;
const ENDING_LOOKS = 60;
/** Largest number of a tenure or a beat: an advisory lock has 31 bits for it. */
const NUMBERS = 2 ** 31 - 1;

/**
 * Stands by until nobody has the lease, and takes it: a second after the owner was killed, six after it froze.
 *
 * @returns undefined when `signal` aborts
 */
export async function takeLease(options: LeaseOptions): Promise<Lease | undefined> {
  const { pool, log, signal } = options;
  while (!signal.aborted) {
    let client: PoolClient | undefined;
    try {
      client = await pool.connect();
      const lease = await standBy(options, client);
      if (lease !== undefined) return lease;
      client.release(true);
    } catch (error) {
      client?.release(true);
      log.debug({ reason: (error as Error).message }, 'the lease of the projector cannot be asked for');
      await pause(INTERVAL, signal);
    }
  }
  return undefined;
}

async function standBy(
  { log, signal, onStandBy }: LeaseOptions,
  client: PoolClient,
): Promise<Lease | undefined> {
  const watch = new OwnerWatch();
  const [tenure, firstBeat] = [randomInt(1, NUMBERS), randomInt(1, NUMBERS)];
  while (!signal.aborted) {
    if (await tryToOwn(client, tenure, firstBeat)) return hold(client, tenure, firstBeat);
    onStandBy();
    const beat = await readBeat(client);
    if (watch.isFrozen(beat)) {
      log.warn('the projector that follows the log does not move: its sessions are ended');
      await endOwner(client, beat).catch((error: Error) => log.error({ err: error }, CANNOT_END));
      await sleep(ENDING);
      if (await tryToOwn(client, tenure, firstBeat)) return hold(client, tenure, firstBeat);
    }
    await pause(INTERVAL, signal);
  }
  return undefined;
}

const CANNOT_END =
  'the sessions of another projector cannot be ended: have all projectors log in as the same database user';

async function hold(client: PoolClient, tenure: number, firstBeat: number): Promise<Lease> {
  for (let looks = 0; (await endOthers(client, tenure)) > 0; looks++) {
    if (looks > ENDING_LOOKS) throw new Error('sessions of the projector before do not end');
    await sleep(ENDING);
  }
  const [lost, ending] = [new AbortController(), new AbortController()];
  const lose = () => lost.abort();
  client.once('end', lose);
  beatOn(client, firstBeat, ending.signal).catch(lose);
  return {
    tenure,
    lost: lost.signal,
    release() {
      ending.abort();
      lose();
      client.release(true);
    },
  };
}

/** Rejects when the session does not answer. */
async function beatOn(client: PoolClient, firstBeat: number, signal: AbortSignal): Promise<void> {
  for (let beat = firstBeat; ; beat = (beat % NUMBERS) + 1) {
    await sleep(INTERVAL, undefined, { signal });
    await moveBeat(client, beat, (beat % NUMBERS) + 1);
  }
}
