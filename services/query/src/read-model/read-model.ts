import { setTimeout as sleep } from 'node:timers/promises';
import type { AsOf } from '@att/contracts';
import type { ETagParts } from '@att/platform/http';
import { SQLSTATE, sqlStateOf } from '@att/platform/postgres';
import type { ProjectionName } from '@att/platform/projections';
import type { CheckAnswer, Conditions } from '../database/conditions.js';
import type { Reader } from '../database/reader.js';
import { type PositionParameter, projectionBehind } from '../problems.js';
import type { Progress, TargetPosition } from '../progress/progress.js';
import { closedPosition, type ResolvedAsOf } from './closed-position.js';
import type { Snapshot } from './snapshot.js';

/** Milliseconds before a retry, which is needed when the active generation was switched meanwhile. */
const RETRY_INTERVAL = 10;
/** SQLSTATEs of a read from tables that are dropped meanwhile: a drop of several tables and a read of them may deadlock. */
const DROPPED: ReadonlySet<string | undefined> = new Set([
  SQLSTATE.undefinedTable,
  SQLSTATE.deadlockDetected,
]);

export interface ReadRequest {
  projection: ProjectionName;
  /** Position that the projection must have. */
  minPosition: number | undefined;
  /** Position or time of the answer; undefined: now. */
  asOf: AsOf | undefined;
  /** Parameter that asked for it. */
  asOfParameter?: PositionParameter;
  /** Row of the page before, whose id is the position that made it. */
  besideRow?: number | undefined;
  /** Aborts when the caller has gone. */
  signal: AbortSignal;
}

/**
 * SQL operation on a generation's tables. It resolves with undefined when the generation is not active any more.
 *
 * @param at position to read at; null: the generation's checkpoint
 */
export type Select<T> = (
  reader: Reader,
  generation: number,
  at: number | null,
) => Promise<Snapshot<T> | undefined>;

export interface ReadResult<T> extends Snapshot<T> {
  /** Parts of the ETag; undefined where the answer may still change, as it is `as_of` a time that is not closed. */
  etag: ETagParts | undefined;
}

export interface ReadModelOptions {
  reader: Reader;
  progress: Progress;
  /** Reads of the primary: it alone knows what may still be recorded at a time. */
  times: Reader;
  /** Milliseconds that a read waits for its projection. */
  waitTimeout: number;
  /** Conditions on answers of a replica; undefined for the primary. */
  conditions?: Conditions | undefined;
}

/**
 * Reads from the active generation of a projection. The generation is cached; each statement checks that it is still active, so a
 * switch of generations costs a retry and never gives a wrong answer.
 */
export class ReadModel {
  readonly #reader: Reader;
  readonly #progress: Progress;
  readonly #times: Reader;
  readonly #waitTimeout: number;
  readonly #conditions: Conditions | undefined;
  readonly #active = new Map<ProjectionName, number>();

  constructor({ reader, progress, times, waitTimeout, conditions }: ReadModelOptions) {
    this.#reader = reader;
    this.#progress = progress;
    this.#times = times;
    this.#waitTimeout = waitTimeout;
    this.#conditions = conditions;
  }

  /**
   * Waits until a replica has what an answer must not lack.
   *
   * @returns check of the answer, which throws where it does not count; the primary's answers always do
   */
  async expect(position: number, signal: AbortSignal): Promise<CheckAnswer> {
    if (this.#conditions === undefined) return () => {};
    return this.#conditions(position, signal);
  }

  /** @throws ProblemError projection_behind, position_ahead */
  async read<T>(
    { projection, minPosition = 0, asOf, asOfParameter = 'as_of', besideRow = 0, signal }: ReadRequest,
    select: Select<T>,
  ): Promise<ReadResult<T>> {
    const resolved = asOf === undefined ? undefined : await this.resolveAsOf(asOf);
    const at = resolved?.position ?? null;
    const needed = Math.max(minPosition, at ?? 0);
    const wanted = Math.max(needed, besideRow);
    // Counted from here, so that the wait for a replica is part of the time.
    const deadline = performance.now() + this.#waitTimeout;
    const checkAnswer = await this.expect(wanted, signal);
    const target: TargetPosition = {
      projection,
      position: needed,
      parameter: needed > minPosition ? asOfParameter : 'min_position',
      deadline,
      signal,
    };
    // The statement, or its answer, shows whether the generation has the position; but not whether it has one after `at`.
    let generation = at !== null && minPosition > at ? undefined : this.#active.get(projection);
    for (let isRetry = false; ; isRetry = true) {
      generation ??= await this.#progress.waitFor(target);
      const snapshot = await select(this.#reader, generation, at).catch(undefinedIfDropped);
      // A new active generation may be behind the one that had the position.
      if (snapshot !== undefined && (at !== null || snapshot.position >= needed)) {
        const { epoch, position } = snapshot;
        // A read of the past comes from a generation that has what is wanted, though the answer's own position is before that.
        checkAnswer({ epoch, position: at === null ? position : wanted });
        this.#active.set(projection, generation);
        const etag = resolved?.isClosed === false ? undefined : { epoch, generation, position };
        return { ...snapshot, etag };
      }
      this.#active.delete(projection);
      generation = undefined;
      // A first attempt that waited for the drop of its table may be past the deadline: it gets a second one.
      if (isRetry && (signal.aborted || performance.now() >= target.deadline)) {
        throw projectionBehind(projection, needed);
      }
      await sleep(RETRY_INTERVAL);
    }
  }

  /** Active generation, without waiting for one; undefined when there is none. */
  async activeGeneration(projection: ProjectionName): Promise<number | undefined> {
    const known = this.#active.get(projection);
    if (known !== undefined) return known;
    const generation = (await this.#progress.read()).generations.get(projection)?.id;
    if (generation !== undefined) this.#active.set(projection, generation);
    return generation;
  }

  /** Drops the cached generation, after it turned out not to be active any more. */
  forget(projection: ProjectionName): void {
    this.#active.delete(projection);
  }

  /** Resolves `as_of` to a position. A time in the future stands for the head. */
  async resolveAsOf(asOf: AsOf): Promise<ResolvedAsOf> {
    if ('position' in asOf) return { position: asOf.position, isClosed: true };
    return closedPosition(this.#times, asOf.time);
  }
}

function undefinedIfDropped(error: unknown): undefined {
  if (isDropped(error)) return undefined;
  throw error;
}

/** True for an error of a read from a generation that was dropped meanwhile. */
export function isDropped(error: unknown): boolean {
  return DROPPED.has(sqlStateOf(error));
}
