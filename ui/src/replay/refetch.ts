/** Refetch of an inexact world, while the replay plays on. */
import {
  type ReplayEffect,
  type ReplayInput,
  type ReplayState,
  type ReplayStep,
  stay,
  type WhileLoading,
} from './replay-state';
import { foldWorld } from './world';

/** Milliseconds between two refetches while it plays. */
export const REFETCH_EVERY_MS = 2_000;

/** Adds a refetch where the world is inexact: at a bounded rate while it plays, and at once when it is paused. */
export function refetchIfInexact(done: ReplayStep, now: number): ReplayStep {
  const { state } = done;
  const { loading, shown, playing, refetchedAt } = state;
  if (loading.name !== 'idle' || shown === undefined || shown.world.inexactAt === 0) return done;
  if (playing && now - refetchedAt < REFETCH_EVERY_MS) return done;
  const requestId = state.lastRequestId + 1;
  const refetching: ReplayState = {
    ...state,
    loading: { name: 'refetching', requestId, since: [] },
    lastRequestId: requestId,
  };
  const load: ReplayEffect = { type: 'load', requestId, target: { position: shown.position } };
  return { state: refetching, effects: [...done.effects, load] };
}

/** Shows the fetched world, with the events that came after the request folded in; the position stays. */
export function applyRefetch(
  state: WhileLoading<'refetching'>,
  { requestId, shown: fetched, now }: Extract<ReplayInput, { type: 'loaded' }>,
): ReplayStep {
  const { loading } = state;
  if (loading.requestId !== requestId) return stay(state);
  const missing = loading.since.filter(({ event }) => event.position > fetched.position);
  const world = foldWorld(fetched.world, missing);
  const shown = state.shown && { ...state.shown, world };
  return stay({ ...state, loading: { name: 'idle' }, shown, refetchedAt: now });
}

/** Ends a failed refetch; `refetchIfInexact` begins the next one. */
export function refetchFailed(
  state: WhileLoading<'refetching'>,
  { requestId, now }: Extract<ReplayInput, { type: 'load_failed' }>,
): ReplayStep {
  if (state.loading.requestId !== requestId) return stay(state);
  return stay({ ...state, loading: { name: 'idle' }, refetchedAt: now });
}
