/** The snapshot's machine: (state, input) → (state, effects). `snapshot-state.ts` has its invariants. */
import { ApiProblem, isPassing } from '../api/errors';
import type { Folded } from '../lists/fold';
import { type ByName, type ByType, type Row, type Table, transition } from '../transitions';
import type { Change } from './change';
import { retryDelay } from './retry-delay';
import {
  GATHER_MS,
  REST_FACTOR,
  REST_MS,
  type SnapshotEffect,
  type SnapshotInput,
  type SnapshotState,
  type SnapshotStep,
} from './snapshot-state';

export type Fold<T> = (data: T, changes: readonly Change[]) => Folded<T>;

type States<T> = ByName<SnapshotState<T>>;
type Inputs<T> = ByType<SnapshotInput<T>>;

/** Makes the machine of one kind of data. @param fold folds changes into the data */
export function makeSnapshotStep<T>(
  fold: Fold<T>,
): (state: SnapshotState<T>, input: SnapshotInput<T>) => SnapshotStep<T> {
  const changes = (state: SnapshotState<T>, input: Inputs<T>['changes']) => takeChanges(fold, state, input);
  const withoutRead: Row<SnapshotState<T>, Inputs<T>, SnapshotStep<T>> = {
    load,
    loaded: ignore,
    load_failed: ignore,
    changes,
    reset,
    connected: (state, input) => (state.failed ? load(state, input) : ignore(state)),
    update,
  };
  const transitions: Table<States<T>, Inputs<T>, SnapshotStep<T>> = {
    idle: withoutRead,
    scheduled: withoutRead,
    loading: {
      load,
      loaded: (state, input) => takeRead(fold, state, input),
      load_failed: loadFailed,
      changes,
      reset,
      connected: ignore,
      update,
    },
  };
  return (state, input) => transition(transitions, state.name, state as States<T>[keyof States<T>], input);
}

function ignore<T>(state: SnapshotState<T>): SnapshotStep<T> {
  return { state, effects: [] };
}

/** Begins a read in place of the one that is under way or scheduled. */
function load<T>(state: SnapshotState<T>, { floor, now }: { floor: number; now: number }): SnapshotStep<T> {
  const needed = Math.max(state.inexactAt, floor);
  const minPosition = needed > 0 ? needed : undefined;
  return {
    state: { ...state, name: 'loading', since: now },
    effects: [{ type: 'load', minPosition, previous: state.data }],
  };
}

function reset<T>(state: SnapshotState<T>, input: Inputs<T>['reset']): SnapshotStep<T> {
  return load({ ...state, stale: true, inexactAt: 0 }, input);
}

function update<T>(state: SnapshotState<T>, { update }: Inputs<T>['update']): SnapshotStep<T> {
  if (state.data === undefined) return ignore(state);
  const data = update(state.data);
  return { state: { ...state, data }, effects: [{ type: 'show', data }] };
}

function takeRead<T>(
  fold: Fold<T>,
  state: States<T>['loading'],
  { loaded, missed, floor, now }: Inputs<T>['loaded'],
): SnapshotStep<T> {
  const restUntil = now + Math.max(REST_MS, REST_FACTOR * (now - state.since));
  const idle: SnapshotState<T> = { ...state, name: 'idle', restUntil, failures: 0, failed: false };
  const effects: SnapshotEffect<T>[] = state.failed ? [{ type: 'report', error: undefined }] : [];
  if (missed === undefined) {
    const tooOld = schedule({ ...idle, inexactAt: Math.max(idle.inexactAt, floor) }, GATHER_MS);
    return { ...tooOld, effects: [...effects, ...tooOld.effects] };
  }
  const { data, position } = loaded;
  const next = folded(fold, { ...idle, position, stale: false, inexactAt: 0 }, data, missed, now);
  if (next.state.data !== undefined) effects.push({ type: 'learn', data: next.state.data, position });
  return { ...next, effects: [...effects, ...next.effects] };
}

function takeChanges<T>(
  fold: Fold<T>,
  state: SnapshotState<T>,
  { changes, now }: Inputs<T>['changes'],
): SnapshotStep<T> {
  if (state.data === undefined || state.stale) return ignore(state);
  const news = changes.filter((change) => change.position > state.position);
  return news.length === 0 ? ignore(state) : folded(fold, state, state.data, news, now);
}

function folded<T>(
  fold: Fold<T>,
  state: SnapshotState<T>,
  current: T,
  changes: readonly Change[],
  now: number,
): SnapshotStep<T> {
  const { data, inexactAt } = fold(current, changes);
  const show: SnapshotEffect<T>[] = data === state.data ? [] : [{ type: 'show', data }];
  if (inexactAt === 0) return { state: { ...state, data }, effects: show };
  const inexact = { ...state, data, inexactAt: Math.max(state.inexactAt, inexactAt) };
  const next = schedule(inexact, Math.max(GATHER_MS, state.restUntil - now));
  // Shown last, so that a page that reloads as it sees the data stops the timer.
  return { ...next, effects: [...next.effects, ...show] };
}

function loadFailed<T>(
  state: SnapshotState<T>,
  { error, random }: Inputs<T>['load_failed'],
): SnapshotStep<T> {
  const failed: SnapshotState<T> = { ...state, name: 'idle', failed: true };
  const report: SnapshotEffect<T> = { type: 'report', error };
  if (!isPassing(error) && !isOtherLog(error)) return { state: failed, effects: [report] };
  const { failures } = state;
  const next = schedule({ ...failed, failures: failures + 1 }, retryDelay(error, failures, random));
  return { ...next, effects: [...next.effects, report] };
}

/** Schedules a read, unless one is under way or scheduled already. */
function schedule<T>(state: SnapshotState<T>, ms: number): SnapshotStep<T> {
  if (state.name !== 'idle') return ignore(state);
  return { state: { ...state, name: 'scheduled' }, effects: [{ type: 'schedule', ms }] };
}

/** True when the log is shorter than it was: the socket is about to report a reset. */
function isOtherLog(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === 'position_ahead';
}
