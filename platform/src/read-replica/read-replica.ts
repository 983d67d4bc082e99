/** Streaming replica of the database, and whether it may be read now. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { shareCalls } from '../calls/index.js';
import type { Logger } from '../logging/index.js';
import { Gauge, type Registry } from '../metrics/index.js';
import {
  createPool,
  type DatabaseRole,
  isUnavailable,
  SQLSTATE,
  sqlStateOf,
  type Timeouts,
} from '../postgres/index.js';
import { pause, withTimeLimit } from '../time/index.js';
import { describeState, detailOf } from './describe-state.js';
import { readMissingRights } from './missing-rights.js';
import { ReplicaPool } from './replica-pool.js';
import {
  NOT_ASKED,
  type ReplicaState,
  whenBothAnswer,
  withoutAnswer,
  withoutPrimary,
} from './replica-state.js';
import { type LogHead, type ReplicaStanding, readLogHead, readPrimaryLog, readStanding } from './standing.js';

export interface ReadReplicaOptions {
  connectionString: string;
  /** Role to take there. */
  role(role: DatabaseRole): DatabaseRole | undefined;
  /** Pool of the primary with a reader's rights. */
  openPrimary(options: { max: number; name: string; timeouts: Timeouts }): Pool;
  log: Logger;
  metrics: Registry;
}

/** Milliseconds between two checks, and those that each server has to answer: a silent replica is left within their sum. */
const CHECK_INTERVAL = 500;
const ANSWER_TIMEOUT = 1_000;
/** Milliseconds between two looks whether the replica has a position that somebody waits for. */
const POLL_INTERVAL = 10;

/** Reason why a read is left to the primary: no failure, but no answer either. */
export class LeftToPrimaryError extends Error {
  override readonly name = 'LeftToPrimaryError';
}

/**
 * The replica is checked from its first pool on, every half second: it is read while its log is a beginning of the primary's and
 * it is no more than `MAX_LAG` behind. While it is not, nobody who reads pays for that.
 */
export class ReadReplica {
  readonly #options: ReadReplicaOptions;
  readonly #pools = new Set<ReplicaPool>();
  readonly #closing = new AbortController();
  /** Aborted to check at once. */
  #resting = new AbortController();
  #state: ReplicaState = NOT_ASKED;
  /** True once a read was denied: the next check looks which right is missing. */
  #wasDenied = false;
  /** Reason for operators why the replica did not answer, or what it denied. */
  #reason: string | undefined;
  #watch: { primary: Pool; replica: Pool; ended: Promise<void> } | undefined;
  /** Furthest head that the replica was seen with, while somebody waited. */
  #seen: LogHead | undefined;
  readonly #readPrimaryHead: () => Promise<LogHead>;
  readonly #readReplicaHead: () => Promise<LogHead>;

  constructor(options: ReadReplicaOptions) {
    this.#options = options;
    this.#readPrimaryHead = shareCalls(() => this.#askInTime(({ primary }) => readLogHead(primary)));
    this.#readReplicaHead = shareCalls(() => this.#askInTime(({ replica }) => readLogHead(replica)));
    const gauge: Gauge = new Gauge({
      name: 'att_read_replica_usable',
      help: '1 while reads go to the replica, 0 while they go to the primary.',
      registers: [options.metrics],
      collect: () => gauge.set(this.isUsable ? 1 : 0),
    });
  }

  /** Pool that its caller ends. */
  pool(role: DatabaseRole, options: { max: number; name: string; timeouts: Timeouts }): ReplicaPool {
    this.#watch ??= this.#startWatch();
    const pool = new ReplicaPool(
      () => this.#openPool(role, options),
      (error) => {
        if (isDenied(error)) this.#wasDenied = true;
        // The check says whether it is the replica that failed, or one statement.
        if (isUnavailable(error)) this.#resting.abort();
      },
    );
    this.#pools.add(pool);
    return pool;
  }

  get isUsable(): boolean {
    return this.#state.unusable === undefined;
  }

  /** Position of the last event that the replica was seen to have. */
  get position(): number {
    return this.#state.position;
  }

  /** Epoch of the primary's log as the last check found it. */
  get epoch(): string | undefined {
    return this.#state.epoch;
  }

  /**
   * Waits until the replica has a position of the primary's log.
   *
   * @param timeout milliseconds
   * @returns epoch of the primary's log, asked after the call began
   * @throws LeftToPrimaryError when it has not got it in time, cannot be read, or the primary's log itself ends before
   */
  async waitFor(position: number, timeout: number, signal: AbortSignal): Promise<string> {
    const deadline = performance.now() + timeout;
    const { epoch, position: head } = await this.#readPrimaryHead();
    if (position > head) throw new LeftToPrimaryError(`the log ends at ${head}`);
    for (;;) {
      if (this.#seen?.epoch === epoch && this.#seen.position >= position) return epoch;
      if (!this.isUsable || signal.aborted || performance.now() >= deadline) {
        throw new LeftToPrimaryError(`the replica has not got position ${position}`);
      }
      this.#seen = await this.#readReplicaHead();
      if (this.#seen.epoch === epoch && this.#seen.position >= position) return epoch;
      await sleep(POLL_INTERVAL);
    }
  }

  /** State for readiness. */
  check(): string | { degraded: string } {
    return detailOf(this.#state);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#resting.abort();
    if (this.#watch === undefined) return;
    await this.#watch.ended;
    await Promise.all([this.#watch.primary.end(), this.#watch.replica.end()]);
  }

  #openPool(role: DatabaseRole, options: { max: number; name: string; timeouts: Timeouts }): Pool {
    const { connectionString, log } = this.#options;
    return createPool({ connectionString, role: this.#options.role(role), log, ...options });
  }

  #startWatch() {
    const options = { max: 2, name: 'replica-check', timeouts: { silence: ANSWER_TIMEOUT } };
    const primary = this.#options.openPrimary(options);
    const replica = this.#openPool('att_reader', options);
    return { primary, replica, ended: this.#checkUntilClosed(primary, replica) };
  }

  async #checkUntilClosed(primary: Pool, replica: Pool): Promise<void> {
    while (!this.#closing.signal.aborted) {
      this.#resting = new AbortController();
      this.#enter(await this.#ask(primary, replica));
      if (this.#closing.signal.aborted) return;
      await pause(CHECK_INTERVAL, this.#resting.signal, { ref: false });
    }
  }

  async #ask(primary: Pool, replica: Pool): Promise<ReplicaState> {
    let standing: ReplicaStanding;
    try {
      standing = await inTime(readStanding(replica));
      this.#reason = await this.#missingRight(replica);
    } catch (error) {
      this.#reason = (error as Error).message;
      return withoutAnswer(this.#state, isDenied(error) ? 'no_rights' : 'away');
    }
    if (this.#reason !== undefined) return withoutAnswer(this.#state, 'no_rights');
    const word = await inTime(readPrimaryLog(primary, standing.position)).catch(() => undefined);
    if (word === undefined) return withoutPrimary(this.#state);
    return whenBothAnswer(this.#state, standing, word, performance.now());
  }

  /** Looked for while the replica is not read, and after a denied read: each right is needed by some read. */
  async #missingRight(replica: Pool): Promise<string | undefined> {
    if (this.isUsable && !this.#wasDenied) return undefined;
    this.#wasDenied = false;
    const [first] = await inTime(readMissingRights(replica));
    return first === undefined ? undefined : `its user may not read ${first}`;
  }

  #enter(state: ReplicaState): void {
    const before = this.#state.unusable;
    this.#state = state;
    const { unusable } = state;
    if (unusable === before) return;
    this.#seen = undefined;
    // A replica that is only behind answers what it was asked truly.
    if (unusable !== undefined && unusable !== 'behind') this.#giveUpPools(unusable);
    if (this.#closing.signal.aborted) return;
    const level = unusable === undefined ? 'info' : 'warn';
    const reason = this.#reason === undefined ? {} : { reason: this.#reason };
    this.#options.log[level](reason, describeState(state));
  }

  #giveUpPools(reason: string): void {
    const error = new LeftToPrimaryError(`the replica cannot be read: ${reason}`);
    for (const pool of this.#pools) pool.giveUp(error);
  }

  #askInTime<T>(ask: (watch: { primary: Pool; replica: Pool }) => Promise<T>): Promise<T> {
    if (this.#watch === undefined) throw new Error('the replica has no pool yet');
    return inTime(ask(this.#watch));
  }
}

const isDenied = (error: unknown): boolean => sqlStateOf(error) === SQLSTATE.insufficientPrivilege;

function inTime<T>(answer: Promise<T>): Promise<T> {
  return withTimeLimit(ANSWER_TIMEOUT, answer, () => {
    throw new LeftToPrimaryError('no answer in time');
  });
}
