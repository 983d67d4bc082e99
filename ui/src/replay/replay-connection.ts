/** Transitions of a replay's connection, for the inputs that concern the socket. */
import { CLOSE_CODES } from '@att/contracts';
import { backoffMs } from '../socket/backoff';
import { closeVerdict } from '../socket/close-verdict';
import { CONNECT_MS, livenessVerdict } from '../socket/liveness';
import { type ByType, type Row, type Table, transition } from '../transitions';
import { connect, reconnect } from './connect';
import { receive } from './receive';
import {
  ignore,
  type ReplayConnection,
  type ReplayEffect,
  type ReplayInput,
  type ReplayState,
  type ReplayStep,
  stay,
  type WhileConnection,
} from './replay-state';

export type ConnectionInput = Exclude<ReplayInput, { type: 'seek' | 'loaded' | 'load_failed' }>;

type States = { [N in ReplayConnection['name']]: WhileConnection<N> };
type Inputs = ByType<ConnectionInput>;

const WITHOUT_SOCKET: Row<States['off'] | States['refused'], Inputs, ReplayStep> = {
  play: connect,
  pause: stopPlaying,
  retry: ignore,
  pace: setPace,
  skip: ignore,
  frames: ignore,
  closed: ignore,
  tick: ignore,
};

const TRANSITIONS: Table<States, Inputs, ReplayStep> = {
  off: WITHOUT_SOCKET,
  connecting: {
    // The socket on its way is for another position.
    play: connect,
    pause: (state) => stay(stopPlaying(state).state, { type: 'disconnect' }),
    retry: ignore,
    pace: (state, { pace, now }) => reconnect({ ...state, pace }, { now }),
    skip: ignore,
    frames: receive,
    closed,
    tick: (state, input) =>
      input.now - state.connection.since > CONNECT_MS ? leave(state, input) : stay(state),
  },
  open: {
    play: resume,
    pause: (state) => pauseOnServer({ ...state, playing: false }),
    retry: ignore,
    pace: sendPace,
    skip,
    frames: receive,
    closed,
    tick: checkLiveness,
  },
  waiting: {
    play: connect,
    pause: stopPlaying,
    retry: (state, input) => (state.playing ? connect(state, input) : stay(state)),
    pace: setPace,
    skip: ignore,
    frames: ignore,
    closed: ignore,
    tick: ignore,
  },
  refused: WITHOUT_SOCKET,
};

export function connectionStep(state: ReplayState, input: ConnectionInput): ReplayStep {
  return transition(TRANSITIONS, state.connection.name, state as States[keyof States], input);
}

/** Sends a pause, so that the server does not come to the end while the replay is paused or seeks. */
export function pauseOnServer(state: WhileConnection<'open'>): ReplayStep {
  const { connection } = state;
  if (connection.pausedOnServer) return stay(state);
  return stay(
    { ...state, connection: { ...connection, pausedOnServer: true } },
    { type: 'send', message: { type: 'pause' } },
  );
}

function stopPlaying(state: ReplayState): ReplayStep {
  return stay({ ...state, playing: false, connection: { name: 'off' } });
}

function resume(state: WhileConnection<'open'>): ReplayStep {
  const { connection, shown } = state;
  if (shown === undefined) return stay(state);
  const { outOfSync, pausedOnServer } = connection;
  const effects: ReplayEffect[] = [];
  if (outOfSync) effects.push({ type: 'send', message: { type: 'seek', position: shown.position } });
  if (pausedOnServer) effects.push({ type: 'send', message: { type: 'resume' } });
  const unansweredSeeks = connection.unansweredSeeks + (outOfSync ? 1 : 0);
  const resumed = { ...connection, outOfSync: false, pausedOnServer: false, unansweredSeeks };
  return stay({ ...state, connection: resumed }, ...effects);
}

function setPace(state: ReplayState, { pace }: Inputs['pace']): ReplayStep {
  return stay({ ...state, pace });
}

function sendPace(state: WhileConnection<'open'>, { pace, now }: Inputs['pace']): ReplayStep {
  const changed = { ...state, pace };
  // The longest gap is a parameter of the socket, with no command to change it.
  if (pace.maxGap !== state.pace.maxGap) return reconnect(changed, { now });
  if (pace.speed === state.pace.speed) return stay(changed);
  return stay(changed, { type: 'send', message: { type: 'speed', speed: pace.speed } });
}

function skip(state: WhileConnection<'open'>, input: Inputs['skip']): ReplayStep {
  const { connection, shown, playing, positions } = state;
  if (!playing || shown === undefined || connection.unansweredSeeks > 0) return stay(state);
  const position = Math.min(input.position, positions.until);
  if (position <= shown.position) return stay(state);
  const skipped = {
    ...state,
    shown: { ...shown, position },
    connection: { ...connection, unansweredSeeks: 1 },
  };
  return stay(skipped, { type: 'send', message: { type: 'seek', position } });
}

function closed(state: ReplayState, { code, now, random }: Inputs['closed']): ReplayStep {
  if (code === CLOSE_CODES.badParameter) {
    return stay({ ...state, playing: false, connection: { name: 'refused' } });
  }
  const verdict = closeVerdict(code, state.attempt, random);
  if (verdict.type === 'key_refused') return stay(stopPlaying(state).state, verdict);
  return retryLater(state, verdict.ms, now);
}

/** Waits for the next try if the replay plays: while it is paused, no socket is needed. */
function retryLater(state: ReplayState, ms: number, now: number): ReplayStep {
  if (!state.playing) return stay({ ...state, connection: { name: 'off' } });
  return stay(
    { ...state, attempt: state.attempt + 1, connection: { name: 'waiting', until: now + ms } },
    { type: 'wait', ms },
  );
}

function checkLiveness(state: WhileConnection<'open'>, input: Inputs['tick']): ReplayStep {
  const { now } = input;
  switch (livenessVerdict(state.connection, now)) {
    case 'fine':
      return stay(state);
    case 'ping':
      return ping(state, { pingedAt: now });
    case 'ping_again':
      return ping(state, { pingedAt: now, pingedAgain: true });
    case 'leave':
      return leave(state, input);
  }
}

function ping(
  state: WhileConnection<'open'>,
  pinged: { pingedAt: number; pingedAgain?: boolean },
): ReplayStep {
  const connection = { ...state.connection, ...pinged };
  return stay({ ...state, connection }, { type: 'send', message: { type: 'ping' } });
}

function leave(state: ReplayState, { now, random }: Inputs['tick']): ReplayStep {
  const next = retryLater(state, backoffMs(state.attempt, random), now);
  return { ...next, effects: [{ type: 'disconnect' }, ...next.effects] };
}
