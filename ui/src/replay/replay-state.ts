/**
 * A replay as a pure state machine: (state, input) → (state, effects). Time and chance come in with the
 * inputs; `make-replay.ts` is the shell that carries the effects out.
 *
 * Invariants:
 * 1. The world that is shown is the fold of the log up to the position that is shown, unless it says
 *    that it is in doubt.
 * 2. The position that is shown only rises, until somebody seeks.
 * 3. It never leaves the range: it is from `after` to `until`.
 * 4. While it is paused or sought, what the socket sends changes nothing that is shown.
 * 5. A socket that is lost while it plays is opened again where it was, for ever, unless the server
 *    refuses the key or the parameters.
 */
import { CLOSE_CODES } from '@att/contracts';
import { backoffMs } from '../live/backoff';
import { livenessVerdict } from '../live/liveness';
import { waitAfterClose } from '../live/socket-closed';
import { CONNECT_MS } from '../live/socket-state';
import { receive } from './receive';
import { applyRefetch, refetchIfInexact } from './refetch';
import {
  hasTarget,
  type Loading,
  type Pace,
  type PositionRange,
  type ReplayConnection,
  type ReplayEffect,
  type ReplayInput,
  type ReplayState,
  type ReplayStep,
  type Shown,
  type Target,
} from './replay-types';

/** A replay that goes to `target` and, if so wanted, plays from there. */
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
  return seek(state, target);
}

export function step(state: ReplayState, input: ReplayInput): ReplayStep {
  switch (input.type) {
    case 'play':
      return play(state, input.now);
    case 'pause':
      return refetchIfInexact(pause(state), input.now);
    case 'seek':
      return seek(state, input.target);
    case 'pace':
      return setPace(state, input.pace, input.now);
    case 'skip':
      return skip(state, input.position);
    case 'loaded':
      return loaded(state, input.requestId, input.shown, input.now);
    case 'load_failed':
      return loadFailed(state, input);
    case 'frames':
      return refetchIfInexact(receive(state, input.frames, input.now), input.now);
    case 'closed':
      return closed(state, input);
    case 'tick':
      return refetchIfInexact(tick(state, input.now, input.random), input.now);
    case 'retry':
      return retry(state, input.now);
  }
}

export function atEnd(state: ReplayState): boolean {
  return state.shown !== undefined && state.shown.position >= state.positions.until;
}

function stay(state: ReplayState, ...effects: ReplayEffect[]): ReplayStep {
  return { state, effects };
}

function then(first: ReplayStep, next: (state: ReplayState) => ReplayStep): ReplayStep {
  const second = next(first.state);
  return { state: second.state, effects: [...first.effects, ...second.effects] };
}

function play(state: ReplayState, now: number): ReplayStep {
  if (state.playing) return stay(state);
  const playing: ReplayState = { ...state, playing: true };
  if (state.loading.name === 'failed') return seek(playing, state.loading.target);
  if (state.loading.name === 'seeking') return stay(playing);
  // From its end a replay begins again, as every player does.
  return atEnd(state) ? seek(playing, { position: state.positions.after }) : go(playing, now);
}

function pause(state: ReplayState): ReplayStep {
  if (!state.playing) return stay(state);
  const paused: ReplayState = { ...state, playing: false };
  switch (state.connection.name) {
    case 'open':
      return pauseOnServer(paused);
    case 'connecting':
      return stay({ ...paused, connection: { name: 'off' } }, { type: 'disconnect' });
    default:
      return stay({ ...paused, connection: { name: 'off' } });
  }
}

/** The socket stays, and sends nothing. */
function pauseOnServer(state: ReplayState): ReplayStep {
  const { connection } = state;
  if (connection.name !== 'open' || connection.pausedOnServer) return stay(state);
  return stay(
    { ...state, connection: { ...connection, pausedOnServer: true } },
    { type: 'send', message: { type: 'pause' } },
  );
}

/** Plays from what is shown: over the socket that is open, or over a new one in place of one on its way. */
function go(state: ReplayState, now: number): ReplayStep {
  const { connection, shown } = state;
  if (shown === undefined) return stay(state);
  if (connection.name !== 'open') return connect(state, now);
  const effects: ReplayEffect[] = [];
  if (connection.outOfSync)
    effects.push({ type: 'send', message: { type: 'seek', position: shown.position } });
  if (connection.pausedOnServer) effects.push({ type: 'send', message: { type: 'resume' } });
  const unansweredSeeks = connection.unansweredSeeks + (connection.outOfSync ? 1 : 0);
  return stay(
    { ...state, connection: { ...connection, outOfSync: false, pausedOnServer: false, unansweredSeeks } },
    ...effects,
  );
}

function connect(state: ReplayState, now: number): ReplayStep {
  const { positions, pace, epoch, shown } = state;
  if (shown === undefined) return stay(state);
  const query = { project: positions.project, after: shown.position, until: positions.until, pace, epoch };
  return stay({ ...state, connection: { name: 'connecting', since: now } }, { type: 'connect', query });
}

function seek(state: ReplayState, target: Target): ReplayStep {
  const { positions, connection } = state;
  const wanted =
    'position' in target
      ? { position: Math.min(positions.until, Math.max(positions.after, target.position)) }
      : target;
  const requestId = state.lastRequestId + 1;
  const loading: Loading = { name: 'seeking', requestId, target: wanted };
  const seeking: ReplayState = { ...state, loading, lastRequestId: requestId };
  // Alert, so that the server does not come to the end meanwhile.
  const paused = pauseOnServer(
    connection.name === 'open' ? { ...seeking, connection: { ...connection, outOfSync: true } } : seeking,
  );
  return { state: paused.state, effects: [...paused.effects, { type: 'load', requestId, target: wanted }] };
}

function setPace(state: ReplayState, pace: Pace, now: number): ReplayStep {
  const { connection } = state;
  const changed: ReplayState = { ...state, pace };
  // How silences are shortened is settled as the socket is opened.
  const anew = pace.maxGap !== state.pace.maxGap;
  if (connection.name === 'connecting' || (connection.name === 'open' && anew)) return reopen(changed, now);
  if (connection.name !== 'open' || pace.speed === state.pace.speed) return stay(changed);
  return stay(changed, { type: 'send', message: { type: 'speed', speed: pace.speed } });
}

function reopen(state: ReplayState, now: number): ReplayStep {
  const left = stay({ ...state, connection: { name: 'off' } }, { type: 'disconnect' });
  return state.playing && !hasTarget(state.loading) ? then(left, (off) => connect(off, now)) : left;
}

function skip(state: ReplayState, to: number): ReplayStep {
  const { connection, shown } = state;
  if (!state.playing || hasTarget(state.loading) || shown === undefined) return stay(state);
  if (connection.name !== 'open' || connection.unansweredSeeks > 0) return stay(state);
  const position = Math.min(to, state.positions.until);
  if (position <= shown.position) return stay(state);
  const skipped = {
    ...state,
    shown: { ...shown, position },
    connection: { ...connection, unansweredSeeks: 1 },
  };
  return stay(skipped, { type: 'send', message: { type: 'seek', position } });
}

function loaded(state: ReplayState, requestId: number, loaded: Shown, now: number): ReplayStep {
  const { loading } = state;
  if (loading.name === 'refetching' && loading.requestId === requestId)
    return stay(applyRefetch(state, loading, loaded, now));
  if (loading.name !== 'seeking' || loading.requestId !== requestId) return stay(state);
  const there: ReplayState = {
    ...state,
    loading: { name: 'idle' },
    shown: loaded,
    attempt: 0,
    refetchedAt: now,
  };
  if (!there.playing) return stay(there);
  return atEnd(there) ? pause(there) : go(there, now);
}

function loadFailed(
  state: ReplayState,
  { requestId, error, passing, now, random }: Extract<ReplayInput, { type: 'load_failed' }>,
): ReplayStep {
  const { loading, attempt } = state;
  if (loading.name === 'refetching' && loading.requestId === requestId) {
    return stay({ ...state, loading: { name: 'idle' }, refetchedAt: now });
  }
  if (loading.name !== 'seeking' || loading.requestId !== requestId) return stay(state);
  const failed: Loading = { name: 'failed', target: loading.target, error, passing };
  if (!passing) return stay({ ...state, loading: failed });
  return stay(
    { ...state, loading: failed, attempt: attempt + 1 },
    { type: 'wait', ms: backoffMs(attempt, random) },
  );
}

function closed(
  state: ReplayState,
  { code, now, random }: Extract<ReplayInput, { type: 'closed' }>,
): ReplayStep {
  if (state.connection.name !== 'open' && state.connection.name !== 'connecting') return stay(state);
  const off: ReplayState = { ...state, connection: { name: 'off' } };
  if (code === CLOSE_CODES.badParameter)
    return stay({ ...off, playing: false, connection: { name: 'refused' } });
  const verdict = waitAfterClose(code, state.attempt, random);
  if (verdict.type === 'key_refused') return stay({ ...off, playing: false }, verdict);
  return wait(off, verdict.ms, now);
}

/** Nobody waits for a socket that nobody needs: while paused it is opened when it is to play. */
function wait(state: ReplayState, ms: number, now: number, ...before: ReplayEffect[]): ReplayStep {
  if (!state.playing) return stay({ ...state, connection: { name: 'off' } }, ...before);
  const waiting: ReplayState = {
    ...state,
    attempt: state.attempt + 1,
    connection: { name: 'waiting', until: now + ms },
  };
  return stay(waiting, ...before, { type: 'wait', ms });
}

function tick(state: ReplayState, now: number, random: number): ReplayStep {
  const { connection } = state;
  if (connection.name === 'connecting')
    return now - connection.since > CONNECT_MS ? leave(state, now, random) : stay(state);
  if (connection.name !== 'open') return stay(state);
  switch (livenessVerdict(connection, now)) {
    case 'fine':
      return stay(state);
    case 'ping':
      return ping(state, { ...connection, pingedAt: now });
    case 'ping_again':
      return ping(state, { ...connection, pingedAt: now, pingedAgain: true });
    case 'leave':
      return leave(state, now, random);
  }
}

function ping(state: ReplayState, connection: ReplayConnection): ReplayStep {
  return stay({ ...state, connection }, { type: 'send', message: { type: 'ping' } });
}

function leave(state: ReplayState, now: number, random: number): ReplayStep {
  return wait(state, backoffMs(state.attempt, random), now, { type: 'disconnect' });
}

function retry(state: ReplayState, now: number): ReplayStep {
  if (state.loading.name === 'failed') return seek(state, state.loading.target);
  const isDue = state.connection.name === 'waiting' && state.playing && !hasTarget(state.loading);
  return isDue ? connect(state, now) : stay(state);
}
