/** The socket client's machine: (state, input) → (state, effects). `socket-state.ts` has its invariants. */
import { backoffMs } from './backoff';
import { livenessVerdict, PONG_MS } from './liveness';
import { waitAfterClose } from './socket-closed';
import { received } from './socket-received';
import {
  CONNECT_MS,
  type Common,
  type Connected,
  type Connecting,
  FRESH_MS,
  INITIAL,
  type SocketEffect,
  type SocketInput,
  type SocketState,
  type Step,
} from './socket-state';

export function step(state: SocketState, input: SocketInput): Step {
  switch (input.type) {
    case 'start':
      return state.name === 'idle' ? start(state, input) : stay(state);
    case 'stop':
      return { state: INITIAL, effects: [{ type: 'disconnect' }] };
    case 'waited':
      return state.name === 'waiting' ? connect(state, input.now) : stay(state);
    case 'retry':
      return isWithout(state) ? connect(state, input.now) : stay(state);
    case 'online':
      return online(state, input.now);
    case 'offline':
      return offline(state, input.now);
    case 'shown':
      return shown(state, input.now);
    case 'tick':
      return tick(withClock(state, input.now), input.now, input.random);
    case 'closed':
      return hasSocket(state) ? closed(state, input) : stay(state);
    case 'frame':
      return hasSocket(state) ? received(state, input.frame, input.now) : stay(state);
  }
}

function isWithout(state: SocketState): boolean {
  return state.name === 'waiting' || state.name === 'offline';
}

function hasSocket(state: SocketState): state is Connecting | Connected {
  return state.name === 'connecting' || state.name === 'catching_up' || state.name === 'live';
}

function stay(state: SocketState, ...effects: SocketEffect[]): Step {
  return { state, effects };
}

function start(state: SocketState, input: Extract<SocketInput, { type: 'start' }>): Step {
  const { after, online, now } = input;
  const common = { cursor: { ...state.cursor, after }, attempt: 0, online };
  return online ? connect(common, now) : stay({ ...common, name: 'offline' });
}

function connect({ cursor, attempt, online }: Common, now: number): Step {
  return {
    state: { name: 'connecting', cursor, attempt, online, since: now },
    effects: [{ type: 'connect', cursor }],
  };
}

/** There is no socket any more: the next try comes in a while, or with the network. */
function lost({ cursor, attempt, online }: Common, ms: number, now: number): Step {
  const common = { cursor, attempt: attempt + 1, online };
  if (!online) return stay({ ...common, name: 'offline' });
  return stay({ ...common, name: 'waiting', until: now + ms }, { type: 'wait', ms });
}

/** The server may be there without a socket of ours: only its answer tells. */
function ping(state: Connected, now: number): Step {
  if (state.pingedAt !== undefined) return stay(state);
  // Timers may come a millisecond early.
  return stay({ ...state, pingedAt: now }, { type: 'ping', ms: PONG_MS + 50 });
}

function online(state: SocketState, now: number): Step {
  const known = { ...state, online: true };
  switch (known.name) {
    case 'waiting':
    case 'offline':
      // What failed before says nothing of the network that came.
      return connect({ ...known, attempt: 0 }, now);
    case 'connecting':
      return state.online ? stay(state) : connect(known, now);
    case 'catching_up':
    case 'live':
      return ping(known, now);
    default:
      return stay(known);
  }
}

/** An open socket is not given up for it: its answer counts for more than the browser's word. */
function offline(state: SocketState, now: number): Step {
  const known = { ...state, online: false };
  switch (known.name) {
    case 'waiting': {
      const { cursor, attempt } = known;
      return stay({ name: 'offline', cursor, attempt, online: false });
    }
    case 'catching_up':
    case 'live':
      return ping(known, now);
    default:
      return stay(known);
  }
}

function shown(state: SocketState, now: number): Step {
  switch (state.name) {
    case 'waiting':
      return connect(state, now);
    case 'connecting':
      return now - state.since > CONNECT_MS && state.online ? connect(state, now) : stay(state);
    case 'catching_up':
    case 'live':
      return now - state.lastFrameAt > FRESH_MS ? ping(state, now) : stay(state);
    default:
      return stay(state);
  }
}

function tick(state: SocketState, now: number, random: number): Step {
  switch (state.name) {
    case 'waiting':
      return now >= state.until ? connect(state, now) : stay(state);
    case 'connecting':
      return now - state.since > CONNECT_MS ? leave(state, now, random) : stay(state);
    case 'catching_up':
    case 'live':
      return listen(state, now, random);
    default:
      return stay(state);
  }
}

function listen(state: Connected, now: number, random: number): Step {
  switch (livenessVerdict(state, now)) {
    case 'fine':
      return stay(state);
    case 'ping':
      return ping(state, now);
    case 'ping_again':
      return ping({ ...state, pingedAt: undefined, pingedAgain: true }, now);
    case 'leave':
      return leave(state, now, random);
  }
}

function leave(state: Connecting | Connected, now: number, random: number): Step {
  const after = lost(state, backoffMs(state.attempt, random), now);
  return { ...after, effects: [{ type: 'disconnect' }, ...after.effects] };
}

function closed(state: Connecting | Connected, input: Extract<SocketInput, { type: 'closed' }>): Step {
  const verdict = waitAfterClose(input.code, state.attempt, input.random);
  if (verdict.type === 'key_refused') {
    const { cursor, online } = state;
    const { refusal } = verdict;
    return stay({ name: 'refused', cursor, attempt: 0, online, refusal }, { type: 'key_refused', refusal });
  }
  const cursor = verdict.keepsCursor ? state.cursor : INITIAL.cursor;
  return lost({ ...state, cursor }, verdict.ms, input.now);
}

/** A clock that was set back would make a silent socket look fresh for as long as it was set back by. */
function withClock(state: SocketState, now: number): SocketState {
  if (state.name === 'connecting') return state.since > now ? { ...state, since: now } : state;
  if (state.name !== 'catching_up' && state.name !== 'live') return state;
  const { lastFrameAt, pingedAt } = state;
  if (lastFrameAt <= now && (pingedAt ?? 0) <= now) return state;
  return {
    ...state,
    lastFrameAt: Math.min(lastFrameAt, now),
    pingedAt: pingedAt === undefined ? undefined : Math.min(pingedAt, now),
  };
}
