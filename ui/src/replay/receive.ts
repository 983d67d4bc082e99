/** Frames of the present socket, folded into what a replay shows. */
import { type EventFrame, eventOfFrame, type ServerFrame } from '@att/contracts';
import { freshLiveness } from '../socket/liveness';
import { reconnect } from './connect';
import {
  hasTarget,
  type Loading,
  type ReplayConnection,
  type ReplayEffect,
  type ReplayState,
  type ReplayStep,
  type Shown,
} from './replay-state';
import { foldWorld, type Played } from './world';

/** Events that are kept while an inexact world is fetched; with more, it is fetched again later. */
const MAX_SINCE = 20_000;

export function receive(
  before: ReplayState,
  { frames, now }: { frames: readonly ServerFrame[]; now: number },
): ReplayStep {
  let state = before;
  const effects: ReplayEffect[] = [];
  // Events that follow each other are folded together: the world is copied once for all of them.
  let run: EventFrame[] = [];
  const foldRun = () => {
    state = shownEvents(state, run);
    run = [];
  };
  for (const frame of frames) {
    if (state.connection.name !== 'open' && state.connection.name !== 'connecting') break;
    if ('data' in frame) {
      if (isShown(state) && frame.position > (run.at(-1) ?? state.shown).position) run.push(frame);
      else if (!isShown(state)) state = markOutOfSync(state);
      continue;
    }
    foldRun();
    const next = control(state, frame, now);
    state = next.state;
    effects.push(...next.effects);
  }
  foldRun();
  return { state: alive(state, now), effects };
}

/** True while frames belong to the playhead that is shown. */
function isShown(state: ReplayState): state is ReplayState & { shown: Shown } {
  const { connection, loading, shown, playing } = state;
  if (!playing || shown === undefined || hasTarget(loading)) return false;
  return connection.name === 'open' && connection.unansweredSeeks === 0;
}

/** Notes that an event was dropped: the server is ahead of what is shown. Events before the answer to a seek do not count. */
function markOutOfSync(state: ReplayState): ReplayState {
  const { connection } = state;
  if (connection.name !== 'open' || connection.unansweredSeeks > 0 || connection.outOfSync) return state;
  return { ...state, connection: { ...connection, outOfSync: true } };
}

function shownEvents(state: ReplayState, frames: readonly EventFrame[]): ReplayState {
  const last = frames.at(-1);
  if (last === undefined || state.shown === undefined) return state;
  const played: Played[] = frames.map((frame) => ({
    event: eventOfFrame(frame),
    truncated: frame.data.truncated ?? [],
  }));
  const shown: Shown = {
    position: Math.min(last.position, state.positions.until),
    time: last.timestamp,
    world: foldWorld(state.shown.world, played),
  };
  return { ...state, shown, loading: keptForRefetch(state.loading, played) };
}

function keptForRefetch(loading: Loading, played: readonly Played[]): Loading {
  if (loading.name !== 'refetching') return loading;
  if (loading.since.length + played.length > MAX_SINCE) return { name: 'idle' };
  return { ...loading, since: [...loading.since, ...played] };
}

function control(state: ReplayState, frame: Exclude<ServerFrame, EventFrame>, now: number): ReplayStep {
  switch (frame.type) {
    case 'connection': {
      // The socket was opened where the replay was, which is not the playhead that was sought since.
      const outOfSync = hasTarget(state.loading);
      const connection: ReplayConnection = {
        name: 'open',
        ...freshLiveness(now),
        unansweredSeeks: 0,
        outOfSync,
        pausedOnServer: false,
      };
      // A reset follows if the epoch is another one than the socket was opened with.
      return { state: { ...state, connection, attempt: 0, epoch: state.epoch ?? frame.epoch }, effects: [] };
    }
    case 'reset':
      return {
        state: { ...state, playing: false, connection: { name: 'off' } },
        effects: [{ type: 'disconnect' }, { type: 'reset' }],
      };
    case 'position':
      return {
        state: passed(frame.answers === 'seek' ? answered(state) : state, frame.position),
        effects: [],
      };
    case 'caught_up':
      return { state: ended(state), effects: [] };
    case 'error':
      // A command was not carried out, so the position of the server is unknown.
      return state.connection.name === 'open' ? reconnect(state, { now }) : { state, effects: [] };
    case 'pong':
      return { state, effects: [] };
  }
}

function answered(state: ReplayState): ReplayState {
  const { connection } = state;
  if (connection.name !== 'open') return state;
  return {
    ...state,
    connection: { ...connection, unansweredSeeks: Math.max(0, connection.unansweredSeeks - 1) },
  };
}

/** Moves on to a position up to which nothing of the project happened. */
function passed(state: ReplayState, to: number): ReplayState {
  if (!isShown(state)) return state;
  const position = Math.min(to, state.positions.until);
  if (position <= state.shown.position) return state;
  return { ...state, shown: { ...state.shown, position } };
}

function ended(state: ReplayState): ReplayState {
  if (!isShown(state)) return state;
  return { ...passed(state, state.positions.until), playing: false };
}

/** Notes that a frame was received, so that the other end is there. */
function alive(state: ReplayState, now: number): ReplayState {
  return state.connection.name === 'open'
    ? { ...state, connection: { ...state.connection, ...freshLiveness(now) } }
    : state;
}
