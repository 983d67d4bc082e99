/** Steps that open the socket of a replay. */
import { hasTarget, type ReplayState, type ReplayStep, stay } from './replay-state';

/** Opens a socket at the position of the replay, in place of the present one. */
export function connect(state: ReplayState, { now }: { now: number }): ReplayStep {
  const { positions, pace, epoch, shown } = state;
  if (shown === undefined) return stay(state);
  const query = { project: positions.project, after: shown.position, until: positions.until, pace, epoch };
  return stay({ ...state, connection: { name: 'connecting', since: now } }, { type: 'connect', query });
}

/** Closes the socket, and opens another one if the replay plays. */
export function reconnect(state: ReplayState, { now }: { now: number }): ReplayStep {
  const off: ReplayState = { ...state, connection: { name: 'off' } };
  if (!state.playing || hasTarget(state.loading)) return stay(off, { type: 'disconnect' });
  const next = connect(off, { now });
  return { ...next, effects: [{ type: 'disconnect' }, ...next.effects] };
}
