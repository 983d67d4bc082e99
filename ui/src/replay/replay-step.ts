/**
 * The replay's machine: (state, input) → (state, effects). `replay-state.ts` has its invariants. Each input goes through
 * the table of loadings below; the inputs that concern the socket go on to the table in `replay-connection.ts`.
 */
import { backoffMs } from '../socket/backoff';
import { type ByType, type Table, transition } from '../transitions';
import { applyRefetch, refetchFailed, refetchIfInexact } from './refetch';
import { type ConnectionInput, connectionStep, pauseOnServer } from './replay-connection';
import {
  atEnd,
  ignore,
  type Loading,
  type Pace,
  type PositionRange,
  type ReplayInput,
  type ReplayState,
  type ReplayStep,
  stay,
  type Target,
  type WhileConnection,
  type WhileLoading,
} from './replay-state';

type States = { [N in Loading['name']]: WhileLoading<N> };
type Inputs = ByType<ReplayInput>;

const TRANSITIONS: Table<States, Inputs, ReplayStep> = {
  idle: {
    play,
    pause,
    retry: connectionStep,
    seek,
    pace: connectionStep,
    skip: connectionStep,
    loaded: ignore,
    load_failed: ignore,
    frames: connectionStep,
    closed: connectionStep,
    tick: connectionStep,
  },
  seeking: {
    play: (state) => stay({ ...state, playing: true }),
    pause,
    retry: ignore,
    seek,
    pace: connectionStep,
    skip: ignore,
    loaded: arrive,
    load_failed: failToSeek,
    frames: connectionStep,
    closed: connectionStep,
    tick: connectionStep,
  },
  refetching: {
    play,
    pause,
    retry: connectionStep,
    seek,
    pace: connectionStep,
    skip: connectionStep,
    loaded: applyRefetch,
    load_failed: refetchFailed,
    frames: connectionStep,
    closed: connectionStep,
    tick: connectionStep,
  },
  failed: {
    play: (state) => (state.playing ? stay(state) : seekAgain({ ...state, playing: true })),
    pause,
    retry: seekAgain,
    seek,
    pace: connectionStep,
    skip: ignore,
    loaded: ignore,
    load_failed: ignore,
    frames: connectionStep,
    closed: connectionStep,
    tick: connectionStep,
  },
};

/** Begins a replay that goes to `target` and, if so wanted, plays from there. */
export function begin(positions: PositionRange, pace: Pace, target: Target, playing: boolean): ReplayStep {
  const state: ReplayState = {
    positions,
    pace,
    playing,
    shown: undefined,
    loading: { name: 'idle' },
    connection: { name: 'off' },
    epoch: undefined,
    attempt: 0,
    lastRequestId: 0,
    refetchedAt: 0,
  };
  return seekTo(state, target);
}

export function step(state: ReplayState, input: ReplayInput): ReplayStep {
  const next = transition(TRANSITIONS, state.loading.name, state as States[keyof States], input);
  const mayRefetch = input.type === 'pause' || input.type === 'frames' || input.type === 'tick';
  return mayRefetch ? refetchIfInexact(next, input.now) : next;
}

function play(state: ReplayState, input: Inputs['play']): ReplayStep {
  if (state.playing) return stay(state);
  const playing: ReplayState = { ...state, playing: true };
  // A replay at its end begins again, as every player does.
  return atEnd(state) ? seekTo(playing, { position: state.positions.after }) : connectionStep(playing, input);
}

function pause(state: ReplayState, input: ConnectionInput): ReplayStep {
  return state.playing ? connectionStep(state, input) : stay(state);
}

function seek(state: ReplayState, { target }: Inputs['seek']): ReplayStep {
  return seekTo(state, target);
}

function seekAgain(state: WhileLoading<'failed'>): ReplayStep {
  return seekTo(state, state.loading.target);
}

function seekTo(state: ReplayState, wanted: Target): ReplayStep {
  const target = withinRange(wanted, state.positions);
  const requestId = state.lastRequestId + 1;
  const seeking: ReplayState = {
    ...state,
    loading: { name: 'seeking', requestId, target },
    lastRequestId: requestId,
  };
  const paused = isOpen(seeking) ? pauseOnServer(outOfSync(seeking)) : stay(seeking);
  return { state: paused.state, effects: [...paused.effects, { type: 'load', requestId, target }] };
}

function withinRange(target: Target, { after, until }: PositionRange): Target {
  if (!('position' in target)) return target;
  return { position: Math.min(until, Math.max(after, target.position)) };
}

function isOpen(state: ReplayState): state is WhileConnection<'open'> {
  return state.connection.name === 'open';
}

function outOfSync(state: WhileConnection<'open'>): WhileConnection<'open'> {
  return { ...state, connection: { ...state.connection, outOfSync: true } };
}

function arrive(state: WhileLoading<'seeking'>, { requestId, shown, now }: Inputs['loaded']): ReplayStep {
  if (state.loading.requestId !== requestId) return stay(state);
  const there: ReplayState = { ...state, loading: { name: 'idle' }, shown, attempt: 0, refetchedAt: now };
  if (!there.playing) return stay(there);
  return connectionStep(there, { type: atEnd(there) ? 'pause' : 'play', now });
}

function failToSeek(
  state: WhileLoading<'seeking'>,
  { requestId, error, passing, random }: Inputs['load_failed'],
): ReplayStep {
  const { loading, attempt } = state;
  if (loading.requestId !== requestId) return stay(state);
  const failed: Loading = { name: 'failed', target: loading.target, error, passing };
  if (!passing) return stay({ ...state, loading: failed });
  const ms = backoffMs(attempt, random);
  return stay({ ...state, loading: failed, attempt: attempt + 1 }, { type: 'wait', ms });
}
