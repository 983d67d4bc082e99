import { setTimeout as sleep } from 'node:timers/promises';
import type { AsOf } from '@att/contracts';
import type { ETagParts } from '@att/platform/http';
import { SQLSTATE, sqlStateOf } from '@att/platform/postgres';
import type { ProjectionName } from '@att/platform/projections';
import type { Reader } from '../database/reader.js';
import { type PositionParameter, projectionBehind } from '../problems.js';
import type { Goal, Progress } from '../progress/progress.js';
import { closedPosition, type ReadMoment } from './closed-position.js';
import type { Snapshot } from './snapshot.js';

/** Milliseconds that a read waits for its projection. */
const PATIENCE = 2_000;
/** Milliseconds between two tries; each but the first means that the active generation was switched in between. */
const PAUSE = 10;
/** SQLSTATEs of a read from tables that are dropped meanwhile: a drop of several tables and a read of them may deadlock. */
const DROPPED: ReadonlySet<string | undefined> = new Set([
  SQLSTATE.undefinedTable,
  SQLSTATE.deadlockDetected,
]);

export interface Wanted {
  projection: ProjectionName;
  /** The projection must have this position. */
  minPosition: number | undefined;
  /** Answer as at this moment; undefined: as it is now. */
  asOf: AsOf | undefined;
  /** What asked for that moment. */
  asOfParameter?: PositionParameter;
  /** Ends the waiting when the caller has gone. */
  signal: AbortSignal;
}

/**
 * One SQL operation on a generation's tables; undefined when it is not the active one any more.
 *
 * @param at the position to read at; null: the generation's checkpoint
 */
export type Select<T> = (
  reader: Reader,
  generation: number,
  at: number | null,
) => Promise<Snapshot<T> | undefined>;

export interface Answered<T> extends Snapshot<T> {
  /** Undefined where the answer may still change: it is as of a moment that is not over. */
  etag: ETagParts | undefined;
}

/**
 * Reads from the active generation of a projection. Which one that is, is remembered; each statement
 * makes sure that it still holds, so a switch costs one more try and never a wrong answer.
 */
export class ReadModel {
  readonly #reader: Reader;
  readonly #progress: Progress;
  readonly #active = new Map<ProjectionName, number>();

  constructor(reader: Reader, progress: Progress) {
    this.#reader = reader;
    this.#progress = progress;
  }

  /** @throws ProblemError projection_behind, position_ahead */
  async read<T>(
    { projection, minPosition = 0, asOf, asOfParameter = 'as_of', signal }: Wanted,
    select: Select<T>,
  ): Promise<Answered<T>> {
    const moment = asOf === undefined ? undefined : await this.positionOf(asOf);
    const at = moment?.position ?? null;
    const needed = Math.max(minPosition, at ?? 0);
    const goal: Goal = {
      projection,
      position: needed,
      parameter: needed > minPosition ? asOfParameter : 'min_position',
      deadline: performance.now() + PATIENCE,
      signal,
    };
    // Whether it has the position, the statement or its answer tells; but of one that is past `at`, neither does.
    let generation = at !== null && minPosition > at ? undefined : this.#active.get(projection);
    for (let isRetry = false; ; isRetry = true) {
      generation ??= await this.#progress.reach(goal);
      const snapshot = await select(this.#reader, generation, at).catch(undefinedIfDropped);
      // A generation that was switched to in between may be behind the one that had the position.
      if (snapshot !== undefined && (at !== null || snapshot.position >= needed)) {
        this.#active.set(projection, generation);
        const { epoch, position } = snapshot;
        const etag = moment?.isClosed === false ? undefined : { epoch, generation, position };
        return { ...snapshot, etag };
      }
      this.#active.delete(projection);
      generation = undefined;
      // A first try that waited for its table to be dropped may be past the deadline: it gets a second.
      if (isRetry && (signal.aborted || performance.now() >= goal.deadline)) {
        throw projectionBehind(projection, needed);
      }
      await sleep(PAUSE);
    }
  }

  /** The active generation, without waiting for one; undefined when there is none. */
  async activeGeneration(projection: ProjectionName): Promise<number | undefined> {
    const known = this.#active.get(projection);
    if (known !== undefined) return known;
    const generation = (await this.#progress.read()).generations.get(projection)?.id;
    if (generation !== undefined) this.#active.set(projection, generation);
    return generation;
  }

  /** Of a generation that turned out to be gone. */
  forget(projection: ProjectionName): void {
    this.#active.delete(projection);
  }

  /** A time that has not come yet means the head as it is now. */
  async positionOf(asOf: AsOf): Promise<ReadMoment> {
    if ('position' in asOf) return { position: asOf.position, isClosed: true };
    return closedPosition(this.#reader, asOf.time);
  }
}

function undefinedIfDropped(error: unknown): undefined {
  if (isDropped(error)) return undefined;
  throw error;
}

/** Whether a generation was dropped while it was read from. */
export function isDropped(error: unknown): boolean {
  return DROPPED.has(sqlStateOf(error));
}
