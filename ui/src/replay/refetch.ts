/** A world in doubt, fetched anew while the replay goes on. */
import type { Loading, ReplayEffect, ReplayState, ReplayStep, Shown } from './replay-types';
import { foldWorld } from './world';

/** Milliseconds between two fetches of a world that is in doubt. */
export const REFETCH_EVERY_MS = 2_000;

/** Fetches a world that is in doubt: at a bounded rate while it plays, and at once when it stands. */
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

/** What came since it was asked for goes on top of what was fetched; the position stays. */
export function applyRefetch(
  state: ReplayState,
  { since }: Extract<Loading, { name: 'refetching' }>,
  loaded: Shown,
  now: number,
): ReplayState {
  const missing = since.filter(({ event }) => event.position > loaded.position);
  const world = foldWorld(loaded.world, missing);
  const shown = state.shown && { ...state.shown, world };
  return { ...state, loading: { name: 'idle' }, shown, refetchedAt: now };
}
