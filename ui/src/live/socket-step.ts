/** The live socket's machine: (state, input) → (state, effects). `socket-state.ts` has its invariants. */
import { backoffMs } from '../socket/backoff';
import { closeVerdict } from '../socket/close-verdict';
import { CONNECT_MS, livenessVerdict, PONG_MS } from '../socket/liveness';
import { type ByName, type ByType, type Row, type Table, transition } from '../transitions';
import { received } from './socket-received';
import {
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

type States = ByName<SocketState>;
type Inputs = ByType<SocketInput>;

const CONNECTED: Row<Connected, Inputs, Step> = {
  start: ignore,
  stop,
  frame: received,
  closed,
  tick: checkLiveness,
  waited: ignore,
  retry: ignore,
  online: (state, { now }) => ping({ ...state, online: true }, now),
  // An open socket is pinged and not given up: its answer counts for more than the browser's report.
  offline: (state, { now }) => ping({ ...state, online: false }, now),
  shown: (state, { now }) => (now - state.lastFrameAt > FRESH_MS ? ping(state, now) : stay(state)),
};

const TRANSITIONS: Table<States, Inputs, Step> = {
  idle: {
    start,
    stop,
    frame: ignore,
    closed: ignore,
    tick: ignore,
    waited: ignore,
    retry: ignore,
    online: noteOnline,
    offline: noteOffline,
    shown: ignore,
  },
  connecting: {
    start: ignore,
    stop,
    frame: received,
    closed,
    tick: leaveIfOverdue,
    waited: ignore,
    retry: ignore,
    online: (state, { now }) => (state.online ? stay(state) : connect({ ...state, online: true }, now)),
    offline: noteOffline,
    shown: (state, { now }) => (isOverdue(state, now) && state.online ? connect(state, now) : stay(state)),
  },
  catching_up: CONNECTED,
  live: CONNECTED,
  waiting: {
    start: ignore,
    stop,
    frame: ignore,
    closed: ignore,
    tick: (state, { now }) => (now >= state.until ? connect(state, now) : stay(state)),
    waited: (state, { now }) => connect(state, now),
    retry: (state, { now }) => connect(state, now),
    online: connectAfresh,
    offline: waitForNetwork,
    shown: (state, { now }) => connect(state, now),
  },
  offline: {
    start: ignore,
    stop,
    frame: ignore,
    closed: ignore,
    tick: ignore,
    waited: ignore,
    retry: (state, { now }) => connect(state, now),
    online: connectAfresh,
    offline: noteOffline,
    shown: ignore,
  },
  refused: {
    start: ignore,
    stop,
    frame: ignore,
    closed: ignore,
    tick: ignore,
    waited: ignore,
    retry: ignore,
    online: noteOnline,
    offline: noteOffline,
    shown: ignore,
  },
};

export function step(state: SocketState, input: SocketInput): Step {
  return transition(TRANSITIONS, state.name, state, input);
}

function ignore(state: SocketState): Step {
  return { state, effects: [] };
}

function stay(state: SocketState, ...effects: SocketEffect[]): Step {
  return { state, effects };
}

function start(state: SocketState, { after, online, now }: Inputs['start']): Step {
  const common = { cursor: { ...state.cursor, after }, attempt: 0, online };
  return online ? connect(common, now) : stay({ ...common, name: 'offline' });
}

function stop(): Step {
  return { state: INITIAL, effects: [{ type: 'disconnect' }] };
}

function noteOnline(state: SocketState): Step {
  return stay({ ...state, online: true });
}

function noteOffline(state: SocketState): Step {
  return stay({ ...state, online: false });
}

function connect({ cursor, attempt, online }: Common, now: number): Step {
  return {
    state: { name: 'connecting', cursor, attempt, online, since: now },
    effects: [{ type: 'connect', cursor }],
  };
}

/** Earlier failures say nothing about the network that is there now. */
function connectAfresh({ cursor }: Common, { now }: { now: number }): Step {
  return connect({ cursor, attempt: 0, online: true }, now);
}

function waitForNetwork({ cursor, attempt }: Common): Step {
  return stay({ name: 'offline', cursor, attempt, online: false });
}

/** Goes on without a socket: the next try comes after `ms`, or with the network. */
function retryLater({ cursor, attempt, online }: Common, ms: number, now: number): Step {
  const common = { cursor, attempt: attempt + 1, online };
  if (!online) return stay({ ...common, name: 'offline' });
  return stay({ ...common, name: 'waiting', until: now + ms }, { type: 'wait', ms });
}

/** Pings once: only an answer shows that the other end is still there. */
function ping(state: Connected, now: number): Step {
  if (state.pingedAt !== undefined) return stay(state);
  // Timers may come a millisecond early.
  return stay({ ...state, pingedAt: now }, { type: 'ping', ms: PONG_MS + 50 });
}

function checkLiveness(before: Connected, { now, random }: Inputs['tick']): Step {
  const state = withClock(before, now);
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

function leaveIfOverdue(before: Connecting, { now, random }: Inputs['tick']): Step {
  const state = before.since > now ? { ...before, since: now } : before;
  return isOverdue(state, now) ? leave(state, now, random) : stay(state);
}

function isOverdue({ since }: Connecting, now: number): boolean {
  return now - since > CONNECT_MS;
}

function leave(state: Connecting | Connected, now: number, random: number): Step {
  const next = retryLater(state, backoffMs(state.attempt, random), now);
  return { ...next, effects: [{ type: 'disconnect' }, ...next.effects] };
}

function closed(state: Connecting | Connected, { code, now, random }: Inputs['closed']): Step {
  const verdict = closeVerdict(code, state.attempt, random);
  if (verdict.type === 'key_refused') {
    const { cursor, online } = state;
    const { refusal } = verdict;
    return stay({ name: 'refused', cursor, attempt: 0, online, refusal }, { type: 'key_refused', refusal });
  }
  const cursor = verdict.keepsCursor ? state.cursor : INITIAL.cursor;
  return retryLater({ ...state, cursor }, verdict.ms, now);
}

/** Times after `now` are set to `now`: a clock that was set back would make a silent socket look fresh for that long. */
function withClock(state: Connected, now: number): Connected {
  const { lastFrameAt, pingedAt } = state;
  if (lastFrameAt <= now && (pingedAt ?? 0) <= now) return state;
  return {
    ...state,
    lastFrameAt: Math.min(lastFrameAt, now),
    pingedAt: pingedAt === undefined ? undefined : Math.min(pingedAt, now),
  };
}
