/**
 * The socket client as a pure state machine: (state, input) → (state, effects). Time and chance come
 * in with the inputs; `make-socket.ts` is the shell that carries the effects out.
 *
 * Invariants:
 * 1. An event is delivered at most once, and positions that are delivered only ever rise, until a
 *    `start_over`.
 * 2. `cursor.after` is never ahead of what was delivered or what the server says was sent.
 * 3. Whatever closes the socket, there is a next try, unless the key has to be asked for again.
 */
import { CLOSE_CODES, type EventFrame, type ServerFrame } from '@att/contracts';
import { backoffMs, soonMs } from './backoff';

/** Where to resume. Without `after` the server sends from its head on. */
export interface Cursor {
  after: number | undefined;
  epoch: string | undefined;
}

export type KeyTrouble = 'key' | 'scope';

interface Common {
  cursor: Cursor;
  /** Tries in a row without a hello. */
  attempt: number;
}

export type SocketState =
  | (Common & { name: 'idle' })
  | (Common & { name: 'connecting'; since: number })
  | (Common & { name: 'catching_up'; heardAt: number })
  | (Common & { name: 'live'; heardAt: number })
  /** `until` is on the clock of the inputs' `now`. */
  | (Common & { name: 'waiting'; until: number })
  | (Common & { name: 'refused'; trouble: KeyTrouble });

export type SocketInput =
  | { type: 'start'; after: number | undefined; now: number }
  | { type: 'stop' }
  | { type: 'frame'; frame: ServerFrame; now: number }
  | { type: 'closed'; code: number; now: number; random: number }
  /** Comes every few seconds, whatever happens. */
  | { type: 'tick'; now: number; random: number }
  /** The wait is over, or somebody does not want to wait. */
  | { type: 'retry'; now: number };

export type SocketEffect =
  | { type: 'connect'; cursor: Cursor }
  | { type: 'disconnect' }
  | { type: 'wait'; ms: number }
  | { type: 'deliver'; frame: EventFrame }
  /** Everything after `position` will be delivered; what was known before needs no `after`. */
  | { type: 'began'; position: number }
  /** What was delivered is of no use any more: fetch new snapshots; delivery goes on after `position`. */
  | { type: 'start_over'; position: number }
  | { type: 'ask_key'; trouble: KeyTrouble };

export interface Step {
  state: SocketState;
  effects: SocketEffect[];
}

/** Longer than two of the server's heartbeats: nothing can come of this socket any more. */
export const SILENCE_MS = 60_000;
/** A server that answers at all says hello in a fraction of this. */
export const CONNECT_MS = 15_000;

export const INITIAL: SocketState = {
  name: 'idle',
  cursor: { after: undefined, epoch: undefined },
  attempt: 0,
};

export function step(state: SocketState, input: SocketInput): Step {
  switch (input.type) {
    case 'start':
      if (state.name !== 'idle') return stay(state);
      return connect({ cursor: { ...state.cursor, after: input.after }, attempt: 0 }, input.now);
    case 'stop':
      return { state: INITIAL, effects: [{ type: 'disconnect' }] };
    case 'retry':
      return state.name === 'waiting' ? connect(state, input.now) : stay(state);
    case 'tick':
      return tick(state, input.now, input.random);
    case 'closed':
      return isOpenOrOpening(state) ? closed(state, input) : stay(state);
    case 'frame':
      return isOpenOrOpening(state) ? received(state, input.frame, input.now) : stay(state);
  }
}

type Connected = Extract<SocketState, { name: 'connecting' | 'catching_up' | 'live' }>;

function isOpenOrOpening(state: SocketState): state is Connected {
  return state.name === 'connecting' || state.name === 'catching_up' || state.name === 'live';
}

function stay(state: SocketState, ...effects: SocketEffect[]): Step {
  return { state, effects };
}

function connect({ cursor, attempt }: Common, now: number): Step {
  return {
    state: { name: 'connecting', cursor, attempt, since: now },
    effects: [{ type: 'connect', cursor }],
  };
}

function wait({ cursor, attempt }: Common, ms: number, now: number, ...before: SocketEffect[]): Step {
  return {
    state: { name: 'waiting', cursor, attempt: attempt + 1, until: now + ms },
    effects: [...before, { type: 'wait', ms }],
  };
}

function tick(state: SocketState, now: number, random: number): Step {
  if (!isOpenOrOpening(state)) return stay(state);
  const late =
    state.name === 'connecting' ? now - state.since > CONNECT_MS : now - state.heardAt > SILENCE_MS;
  if (!late) return stay(state);
  return wait(state, backoffMs(state.attempt, random), now, { type: 'disconnect' });
}

function closed(state: Connected, input: { code: number; now: number; random: number }): Step {
  const { code, now, random } = input;
  switch (code) {
    case CLOSE_CODES.unauthorized:
    case CLOSE_CODES.keyExpired:
      return refuse(state, 'key');
    case CLOSE_CODES.forbidden:
      return refuse(state, 'scope');
    case CLOSE_CODES.tooSlow:
    case CLOSE_CODES.restarting:
      // Only the first time: a server that keeps restarting gets the backoff of a server that is gone.
      return state.attempt === 0
        ? wait(state, soonMs(random), now)
        : wait(state, backoffMs(state.attempt, random), now);
    case CLOSE_CODES.badParameter:
      // Only the cursor can be at fault, so go on without it; `began` then says what was missed.
      return wait(
        { cursor: { after: undefined, epoch: undefined }, attempt: state.attempt },
        backoffMs(state.attempt + 2, random),
        now,
      );
    case CLOSE_CODES.tooMany:
      return wait(state, backoffMs(state.attempt + 4, random), now);
    default:
      return wait(state, backoffMs(state.attempt, random), now);
  }
}

function refuse(state: Connected, trouble: KeyTrouble): Step {
  return {
    state: { name: 'refused', cursor: state.cursor, attempt: 0, trouble },
    effects: [{ type: 'ask_key', trouble }],
  };
}

function received(state: Connected, frame: ServerFrame, now: number): Step {
  switch (frame.type) {
    case 'connection':
      return greeted(state, frame.position, frame.epoch, now);
    case 'reset': {
      const cursor = { after: frame.position, epoch: frame.epoch };
      return stay(
        { name: 'live', cursor, attempt: 0, heardAt: now },
        { type: 'start_over', position: frame.position },
      );
    }
    case 'caught_up':
      return stay({ ...advanced(state, frame.position), name: 'live', attempt: 0, heardAt: now });
    case 'position':
    case 'pong':
      return stay(heard(advanced(state, frame.position), now));
    case 'error':
      return stay(heard(state, now));
    default:
      if (frame.position <= (state.cursor.after ?? 0)) return stay(heard(state, now));
      return stay(heard(advanced(state, frame.position), now), { type: 'deliver', frame });
  }
}

function greeted(state: Connected, head: number, epoch: string, now: number): Step {
  const { after } = state.cursor;
  if (after === undefined) {
    const cursor = { after: head, epoch };
    return stay({ name: 'live', cursor, attempt: 0, heardAt: now }, { type: 'began', position: head });
  }
  // With an epoch that the server does not know, or a position ahead of its log, a reset follows; the
  // epoch is kept until then, so that a socket lost in between asks the same again.
  const cursor = { after, epoch: state.cursor.epoch ?? (after > head ? undefined : epoch) };
  const name = after < head ? 'catching_up' : 'live';
  return stay({ name, cursor, attempt: 0, heardAt: now });
}

function heard(state: Connected, now: number): Connected {
  return state.name === 'connecting' ? state : { ...state, heardAt: now };
}

function advanced<S extends SocketState>(state: S, position: number): S {
  const after = Math.max(state.cursor.after ?? 0, position);
  return { ...state, cursor: { ...state.cursor, after } };
}
