/**
 * States, inputs and effects of a snapshot that changes keep up to date. `snapshot-step.ts` is the machine, a pure function
 * of these; `make-snapshot.ts` is the shell that carries the effects out. Times are monotonic and come in with the inputs.
 *
 * Invariants:
 * 1. The data that is shown is the fold of the log up to the last change that was delivered, unless it is stale or inexact.
 * 2. Inexact data is fetched again, at the newest of the positions that made it so: once for all changes within
 *    `GATHER_MS`, and at a bounded rate.
 * 3. A read that failed is tried again while its failure may pass, and at once when the server is there again.
 */
import type { Change } from './change';

export interface Loaded<T> {
  data: T;
  /** Position that the data is true for. */
  position: number;
}

interface Common<T> {
  data: T | undefined;
  /** Position of the last read; older changes are in its data already. */
  position: number;
  /** True after a reset: the changes do not go on from this data. */
  stale: boolean;
  /** Position that the next read has to be as new as; 0 when the data is exact. */
  inexactAt: number;
  /** True from a failed read to the next one that succeeds. */
  failed: boolean;
  /** Failures in a row that may pass. */
  failures: number;
  /** Time before which inexact data is not fetched again. */
  restUntil: number;
}

export type SnapshotState<T> =
  | (Common<T> & { name: 'idle' })
  /** A read will begin in a while. */
  | (Common<T> & { name: 'scheduled' })
  | (Common<T> & { name: 'loading'; since: number });

/** `floor`: the oldest position that the feed can bring a read up from; 0 before the socket began. */
export type SnapshotInput<T> =
  | { type: 'load'; floor: number; now: number }
  /** `missed`: the changes after the read's position; undefined when some are not at hand any more. */
  | { type: 'loaded'; loaded: Loaded<T>; missed: readonly Change[] | undefined; floor: number; now: number }
  | { type: 'load_failed'; error: unknown; random: number }
  | { type: 'changes'; changes: readonly Change[]; now: number }
  | { type: 'reset'; floor: number; now: number }
  /** The server is there again. */
  | { type: 'connected'; floor: number; now: number }
  /** Data changed by hand, as when one more page is joined. */
  | { type: 'update'; update: (data: T) => T };

export type SnapshotEffect<T> =
  /** A read in place of the one under way. `previous` is the data that is shown: the new data should reach as far. */
  | { type: 'load'; minPosition: number | undefined; previous: T | undefined }
  /** A `load` after so many milliseconds. */
  | { type: 'schedule'; ms: number }
  | { type: 'show'; data: T }
  /** The last read failed, or, with undefined, succeeded after failures. */
  | { type: 'report'; error: unknown }
  /** The data of a read is there, for all that want to know the status of its tasks. */
  | { type: 'learn'; data: T; position: number };

export interface SnapshotStep<T> {
  state: SnapshotState<T>;
  effects: SnapshotEffect<T>[];
}

/** Milliseconds in which changes that make the data inexact are gathered, to be answered by one read. */
export const GATHER_MS = 150;
/** Milliseconds between the end of one read and the start of the next; more where the server is slow. */
export const REST_MS = 1_000;
/** Length of the rest as a multiple of the last read's. */
export const REST_FACTOR = 4;

export function initialSnapshot<T>(): SnapshotState<T> {
  return {
    name: 'idle',
    data: undefined,
    position: 0,
    stale: false,
    inexactAt: 0,
    failed: false,
    failures: 0,
    restUntil: 0,
  };
}
