/**
 * What the socket client knows, hears and does. `socket-step.ts` is the machine, a pure function of these;
 * `make-socket.ts` is the shell that carries the effects out. Time and chance come in with the inputs.
 *
 * Invariants:
 * 1. An event is delivered at most once, and positions that are delivered only ever rise, until a
 *    `start_over` or a `began`.
 * 2. `cursor.after` is never ahead of what was delivered or what the server says was sent, so that whatever
 *    closes the socket, and whenever, nothing is missed.
 * 3. Whatever closes the socket, there is a next try, without a limit on tries, unless the key has to be
 *    asked for again: after the wait that was given out, or once the browser is online again.
 * 4. While the browser knows that it is offline no try begins, unless a person asks for one.
 * 5. There is one socket at most: `connect` leaves the one before it, and nothing is heard of one that was left.
 * 6. An open socket that is silent is asked after `QUIET_MS`, and left only once it has not answered for `PONG_MS`: while
 *    ticks come in time, within 10 s of the last frame. One that does not open is left after `CONNECT_MS`.
 * 7. Nobody who comes back waits: a person's wish, the network or a tab that is looked at again begins a try
 *    at once where there is no socket, and asks at once where there is one that may have died meanwhile.
 * 8. A wait is between 0 and 30 s, at random over the whole of it.
 *
 * That a tab is hidden is no input: nothing is done otherwise in it. Its timers come late (once a minute in
 * Chromium, never while it is frozen), so a late tick only ever asks a silent socket, and asks once more where the answer
 * may wait to be heard. The first input after it is `shown`.
 */
import type { EventFrame, ServerFrame } from '@att/contracts';
import type { KeyRefusal } from '../socket/close-verdict';
import type { Liveness } from '../socket/liveness';

/** Where to resume. Without `after` the server sends from its head on. */
export interface Cursor {
  after: number | undefined;
  epoch: string | undefined;
}

export interface Common {
  cursor: Cursor;
  /** Tries in a row without a hello. */
  attempt: number;
  /** The browser's word on the network: false is to be believed, true is a hint. */
  online: boolean;
}

export type SocketState =
  | (Common & { name: 'idle' })
  | (Common & { name: 'connecting'; since: number })
  | (Common & Liveness & { name: 'catching_up' })
  | (Common & Liveness & { name: 'live' })
  /** `until` is on the clock of the inputs' `now`. */
  | (Common & { name: 'waiting'; until: number })
  /** Without a socket, until the network is there again. */
  | (Common & { name: 'offline' })
  | (Common & { name: 'refused'; refusal: KeyRefusal });

export type Connecting = Extract<SocketState, { name: 'connecting' }>;
export type Connected = Extract<SocketState, { name: 'catching_up' | 'live' }>;

export type SocketInput =
  | { type: 'start'; after: number | undefined; online: boolean; now: number }
  | { type: 'stop' }
  | { type: 'frame'; frame: ServerFrame; now: number }
  | { type: 'closed'; code: number; now: number; random: number }
  /** Comes every second while the tab is looked at, and as late as it likes while it is not. */
  | { type: 'tick'; now: number; random: number }
  /** The wait that was given out is over. */
  | { type: 'waited'; now: number }
  /** A person does not want to wait. */
  | { type: 'retry'; now: number }
  | { type: 'online'; now: number }
  | { type: 'offline'; now: number }
  /** The tab is looked at again, or the page was woken. */
  | { type: 'shown'; now: number };

export type SocketEffect =
  | { type: 'connect'; cursor: Cursor }
  | { type: 'disconnect' }
  | { type: 'wait'; ms: number }
  /** Send a ping, and a tick after `ms`. */
  | { type: 'ping'; ms: number }
  | { type: 'deliver'; frame: EventFrame }
  /** Everything after `position` will be delivered; what was known before needs no `after`. */
  | { type: 'began'; position: number }
  /** What was delivered is of no use any more: fetch new snapshots; delivery goes on after `position`. */
  | { type: 'reset'; position: number }
  | { type: 'key_refused'; refusal: KeyRefusal };

export interface Step {
  state: SocketState;
  effects: SocketEffect[];
}

/** Heard so shortly ago that there is nothing to ask. */
export const FRESH_MS = 2_000;

export const INITIAL: SocketState = {
  name: 'idle',
  cursor: { after: undefined, epoch: undefined },
  attempt: 0,
  online: true,
};
