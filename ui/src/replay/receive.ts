/** What the frames of a socket do to a replay. */
import { type EventFrame, eventOfFrame, type ServerFrame } from '@att/contracts';
import { freshLiveness } from '../live/liveness';
import {
  hasTarget,
  type Loading,
  type ReplayConnection,
  type ReplayEffect,
  type ReplayState,
  type ReplayStep,
  type Shown,
} from './replay-types';
import { foldWorld, type Played } from './world';

/** Events that are kept while a world in doubt is fetched; with more, it is fetched again later. */
const MAX_SINCE = 20_000;

export function receive(before: ReplayState, frames: readonly ServerFrame[], now: number): ReplayStep {
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
  return { state: heard(state, now), effects };
}

/** Whether what comes now belongs to what is shown. */
function isShown(state: ReplayState): state is ReplayState & { shown: Shown } {
  const { connection, loading, shown, playing } = state;
  if (!playing || shown === undefined || hasTarget(loading)) return false;
  return connection.name === 'open' && connection.unansweredSeeks === 0;
}

/** An event is passed over: the server goes ahead of what is shown. What it sent before a seek says nothing of that. */
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
  return { ...state, shown, loading: kept(state.loading, played) };
}

function kept(loading: Loading, played: readonly Played[]): Loading {
  if (loading.name !== 'refetching') return loading;
  if (loading.since.length + played.length > MAX_SINCE) return { name: 'idle' };
  return { ...loading, since: [...loading.since, ...played] };
}

function control(state: ReplayState, frame: Exclude<ServerFrame, EventFrame>, now: number): ReplayStep {
  switch (frame.type) {
    case 'connection': {
      // Who wants to be elsewhere by now finds the server where he was when the socket was opened.
      const outOfSync = hasTarget(state.loading);
      const connection: ReplayConnection = {
        name: 'open',
        ...freshLiveness(now),
        unansweredSeeks: 0,
        outOfSync,
        pausedOnServer: false,
      };
      // Another epoch than the one asked for is answered with a reset, which follows.
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
      return lost(state, now);
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

/** Nothing of the project happened up to here. */
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

/** A command was not carried out, so where the server stands is unknown: begin again from what is shown. */
function lost(state: ReplayState, now: number): ReplayStep {
  const { connection, playing, shown, loading, positions, pace, epoch } = state;
  if (connection.name !== 'open') return { state, effects: [] };
  const effects: ReplayEffect[] = [{ type: 'disconnect' }];
  if (!playing || shown === undefined || hasTarget(loading)) {
    return { state: { ...state, connection: { name: 'off' } }, effects };
  }
  const query = { project: positions.project, after: shown.position, until: positions.until, pace, epoch };
  effects.push({ type: 'connect', query });
  return { state: { ...state, connection: { name: 'connecting', since: now } }, effects };
}

function heard(state: ReplayState, now: number): ReplayState {
  return state.connection.name === 'open'
    ? { ...state, connection: { ...state.connection, ...freshLiveness(now) } }
    : state;
}
