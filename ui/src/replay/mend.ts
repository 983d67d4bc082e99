/** A world in doubt, fetched anew while the replay goes on. */
import type { Base, ReplayEffect, ReplayState, ReplayStep, Shown } from './replay-types';
import { foldWorld } from './world';

/** Milliseconds between two fetches of a world that is in doubt. */
export const MEND_EVERY_MS = 2_000;

/** Fetches a world that is in doubt: at a bounded rate while it plays, and at once when it stands. */
export function mended(done: ReplayStep, now: number): ReplayStep {
  const { state } = done;
  const { base, shown, playing, mendedAt } = state;
  if (base.name !== 'settled' || shown === undefined || shown.world.doubt === 0) return done;
  if (playing && now - mendedAt < MEND_EVERY_MS) return done;
  const ticket = state.tickets + 1;
  const mending: ReplayState = { ...state, base: { name: 'mending', ticket, since: [] }, tickets: ticket };
  const load: ReplayEffect = { type: 'load', ticket, target: { position: shown.position } };
  return { state: mending, effects: [...done.effects, load] };
}

/** What came since it was asked for goes on top of what was fetched; the position stays. */
export function mend(
  state: ReplayState,
  { since }: Extract<Base, { name: 'mending' }>,
  loaded: Shown,
  now: number,
): ReplayState {
  const missing = since.filter(({ event }) => event.position > loaded.position);
  const world = foldWorld(loaded.world, missing);
  const shown = state.shown && { ...state.shown, world };
  return { ...state, base: { name: 'settled' }, shown, mendedAt: now };
}
