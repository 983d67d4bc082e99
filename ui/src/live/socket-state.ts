/**
 * States, inputs and effects of the live socket. `socket-step.ts` is the machine, a pure function of these;
 * `make-socket.ts` is the shell that carries the effects out. Time and chance come in with the inputs.
 *
 * Invariants:
 * 1. An event is delivered at most once, in rising positions, until a `reset` or a `began`.
 * 2. `cursor.after` is never ahead of the delivered events and the positions that the server reported, so that no event is
 *    missed, whatever closes the socket.
 * 3. A closed socket is followed by another try, without a limit on tries, unless the key was refused: after the time of
 *    `wait`, or once the browser is online again.
 * 4. No try begins while the browser knows that it is offline, unless a person asks for one.
 * 5. There is one socket at most: `connect` replaces the one before, and frames of a replaced socket are dropped.
 * 6. A quiet socket is pinged after `QUIET_MS`, and left when it has not answered for `PONG_MS`: while ticks come in time,
 *    within 10 s of its last frame. A socket that does not open is left after `CONNECT_MS`.
 * 7. A click, the network or a tab that is shown again never waits: it begins a try at once where there is no socket, and
 *    pings at once where there is one that may have died.
 * 8. A wait is between 0 and 30 s, at random over the whole of it.
 *
 * A hidden tab is no input, since the machine does nothing differently in it. Its timers come late: once a minute in
 * Chromium, never while it is frozen. So a late tick only pings a quiet socket, and pings once more if an answer may be
 * unread. The first input after that is `shown`.
 */
import type { EventFrame, ServerFrame } from '@att/contracts';
import type { KeyRefusal } from '../socket/close-verdict';
import type { Liveness } from '../socket/liveness';

/** Cursor to resume from. Without `after` the server sends from its head on. */
export interface Cursor {
  after: number | undefined;
  epoch: string | undefined;
}

export interface Common {
  cursor: Cursor;
  /** Tries in a row without a first frame. */
  attempt: number;
  /** Network state as the browser reports it: false is certain, true is a hint. */
  online: boolean;
}

export type SocketState =
  | (Common & { name: 'idle' })
  | (Common & { name: 'connecting'; since: number })
  | (Common & Liveness & { name: 'catching_up' })
  | (Common & Liveness & { name: 'live' })
  /** `until` is on the clock of the inputs' `now`. */
  | (Common & { name: 'waiting'; until: number })
  /** Waits without a socket until the network is there again. */
  | (Common & { name: 'offline' })
  | (Common & { name: 'refused'; refusal: KeyRefusal });

export type Connecting = Extract<SocketState, { name: 'connecting' }>;
export type Connected = Extract<SocketState, { name: 'catching_up' | 'live' }>;

export type SocketInput =
  | { type: 'start'; after: number | undefined; online: boolean; now: number }
  | { type: 'stop' }
  | { type: 'frame'; frame: ServerFrame; now: number }
  | { type: 'closed'; code: number; now: number; random: number }
  /** Comes every second in a visible tab, and as late as the browser likes in a hidden one. */
  | { type: 'tick'; now: number; random: number }
  /** The time of the `wait` effect is over. */
  | { type: 'waited'; now: number }
  /** A click on "Try now". */
  | { type: 'retry'; now: number }
  | { type: 'online'; now: number }
  | { type: 'offline'; now: number }
  /** The tab is visible again, or the page was unfrozen. */
  | { type: 'shown'; now: number };

export type SocketEffect =
  | { type: 'connect'; cursor: Cursor }
  | { type: 'disconnect' }
  | { type: 'wait'; ms: number }
  /** Send a ping, and a tick after `ms`. */
  | { type: 'ping'; ms: number }
  | { type: 'deliver'; frame: EventFrame }
  /** Every event after `position` will be delivered: the position at which a socket without `after` began. */
  | { type: 'began'; position: number }
  /** Events delivered so far are of no use any more: fetch new snapshots. Delivery goes on after `position`. */
  | { type: 'reset'; position: number }
  | { type: 'key_refused'; refusal: KeyRefusal };

export interface Step {
  state: SocketState;
  effects: SocketEffect[];
}

/** Milliseconds after a frame in which a socket needs no ping. */
export const FRESH_MS = 2_000;

export const INITIAL: SocketState = {
  name: 'idle',
  cursor: { after: undefined, epoch: undefined },
  attempt: 0,
  online: true,
};
