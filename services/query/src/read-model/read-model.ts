import { setTimeout as sleep } from 'node:timers/promises';
import type { ProjectionName } from '@att/platform/projections';
import { type Reader, sqlState } from '../database/reader.js';
import { projectionBehind } from '../problems.js';
import type { Progress } from '../progress/progress.js';
import type { Snapshot } from './snapshot.js';

/** Milliseconds that a read waits for its projection. */
const PATIENCE = 2_000;
/** Milliseconds between two tries; each but the first means that the active generation was switched in between. */
const PAUSE = 10;
/** SQLSTATE undefined_table: the generation was dropped. */
const UNDEFINED_TABLE = '42P01';

export interface Wanted {
  projection: ProjectionName;
  /** The answer must be true for this position or a later one. */
  minPosition: number | undefined;
  /** Ends the waiting when the caller has gone. */
  signal: AbortSignal;
}

/** One SQL operation on a generation's tables; undefined when it is not the active one any more. */
export type Select<T> = (reader: Reader, generation: number) => Promise<Snapshot<T> | undefined>;

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
  async read<T>({ projection, minPosition = 0, signal }: Wanted, select: Select<T>): Promise<Snapshot<T>> {
    const goal = { projection, position: minPosition, deadline: performance.now() + PATIENCE, signal };
    let generation = minPosition === 0 ? this.#active.get(projection) : undefined;
    for (let isRetry = false; ; isRetry = true) {
      generation ??= await this.#progress.reach(goal);
      const snapshot = await select(this.#reader, generation).catch(undefinedIfDropped);
      // A generation that was switched to in between may be behind the one that had the position.
      if (snapshot !== undefined && snapshot.position >= minPosition) {
        this.#active.set(projection, generation);
        return snapshot;
      }
      this.#active.delete(projection);
      generation = undefined;
      // A first try that waited for its table to be dropped may be past the deadline: it gets a second.
      if (isRetry && (signal.aborted || performance.now() >= goal.deadline)) {
        throw projectionBehind(projection, minPosition);
      }
      await sleep(PAUSE);
    }
  }

  /** The same without waiting, for what is of use only when it is there; undefined when it is not. */
  async glance<T>(projection: ProjectionName, select: Select<T>): Promise<T | undefined> {
    const known = this.#active.get(projection);
    const generation = known ?? (await this.#progress.read()).generations.get(projection)?.id;
    if (generation === undefined) return undefined;
    const snapshot = await select(this.#reader, generation).catch(undefinedIfDropped);
    if (snapshot === undefined) this.#active.delete(projection);
    else this.#active.set(projection, generation);
    return snapshot?.value;
  }
}

function undefinedIfDropped(error: unknown): undefined {
  if (sqlState(error) === UNDEFINED_TABLE) return undefined;
  throw error;
}
