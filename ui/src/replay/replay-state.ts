/**
 * States, inputs and effects of the replay's machine. `replay-step.ts` is the machine, a pure function of these;
 * `make-replay.ts` is the shell that carries the effects out. Time and chance come in with the inputs.
 *
 * Invariants:
 * 1. The world that is shown is the fold of the log up to the position that is shown, unless it says that it is inexact.
 * 2. The position that is shown only rises, until a seek.
 * 3. The position stays in the range: it is from `after` to `until`.
 * 4. While the replay is paused or seeks, frames change nothing that is shown.
 * 5. A socket that is lost while it plays is opened again where it was, without a limit on tries, unless the server refuses
 *    the key or the parameters.
 */
import type { ReplaySpeed, ServerFrame } from '@att/contracts';
import type { KeyRefusal } from '../socket/close-verdict';
import type { Liveness } from '../socket/liveness';
import type { ClientMessage } from '../socket/make-socket-shell';
import type { Played, World } from './world';

/** Positions that are played, of one project or of all: behind `after`, up to and with `until`. */
export interface PositionRange {
  project: string | undefined;
  after: number;
  until: number;
}

export interface Pace {
  speed: ReplaySpeed;
  /** Recorded milliseconds that a gap between two events may last; undefined when gaps are kept as they were. */
  maxGap: number | undefined;
}

/** Target of a seek: a position, or a recorded time that the server turns into a position. */
export type Target = { position: number } | { time: string };

/** World at a position. */
export interface Shown {
  position: number;
  /** Recorded time of that position. */
  time: string;
  world: World;
}

/** Read of a world over REST. */
export type Loading =
  | { name: 'idle' }
  /** The world at `target` is on its way; frames of the playhead before it are dropped. */
  | { name: 'seeking'; requestId: number; target: Target }
  /** An inexact world is fetched again while it plays on. `since` has the events that came after the request. */
  | { name: 'refetching'; requestId: number; since: readonly Played[] }
  | { name: 'failed'; target: Target; error: unknown; passing: boolean };

/** True while a playhead other than the shown one is wanted. */
export function hasTarget(loading: Loading): boolean {
  return loading.name === 'seeking' || loading.name === 'failed';
}

export type ReplayConnection =
  | { name: 'off' }
  | { name: 'connecting'; since: number }
  | (Liveness & {
      name: 'open';
      /** Number of seeks that the server has not answered: events before the answer are of the playhead before. */
      unansweredSeeks: number;
      /** The server may be at another position than the one shown: it needs a seek before it plays on. */
      outOfSync: boolean;
      pausedOnServer: boolean;
    })
  | { name: 'waiting'; until: number }
  | { name: 'refused' };

export interface ReplayState {
  positions: PositionRange;
  pace: Pace;
  /** Choice of the viewer, whether or not it can be carried out just now. */
  playing: boolean;
  shown: Shown | undefined;
  loading: Loading;
  connection: ReplayConnection;
  epoch: string | undefined;
  /** Tries in a row without an answer. */
  attempt: number;
  lastRequestId: number;
  /** Time at which the last refetch ended. */
  refetchedAt: number;
}

/** State in which the connection is `Name`. */
export type WhileConnection<Name extends ReplayConnection['name']> = ReplayState & {
  connection: Extract<ReplayConnection, { name: Name }>;
};

/** State in which the loading is `Name`. */
export type WhileLoading<Name extends Loading['name']> = ReplayState & {
  loading: Extract<Loading, { name: Name }>;
};

export type ReplayInput =
  | { type: 'play'; now: number }
  | { type: 'pause'; now: number }
  | { type: 'retry'; now: number }
  | { type: 'seek'; target: Target; now: number }
  | { type: 'pace'; pace: Pace; now: number }
  /** Nothing of the scope happened up to this position, so it can be passed over. */
  | { type: 'skip'; position: number; now: number }
  | { type: 'loaded'; requestId: number; shown: Shown; now: number }
  | { type: 'load_failed'; requestId: number; error: unknown; passing: boolean; now: number; random: number }
  /** Frames since the last painted frame. */
  | { type: 'frames'; frames: readonly ServerFrame[]; now: number }
  | { type: 'closed'; code: number; now: number; random: number }
  /** Comes every second, and later in a hidden tab. */
  | { type: 'tick'; now: number; random: number };

/** Parameters of a replay socket. */
export interface ReplayQuery {
  project: string | undefined;
  after: number;
  until: number;
  pace: Pace;
  epoch: string | undefined;
}

export type ReplayEffect =
  | { type: 'load'; requestId: number; target: Target }
  | { type: 'connect'; query: ReplayQuery }
  | { type: 'send'; message: ClientMessage }
  | { type: 'disconnect' }
  /** A `retry` input after so many milliseconds. */
  | { type: 'wait'; ms: number }
  | { type: 'key_refused'; refusal: KeyRefusal }
  /** The log is another one: the range has to be looked up again. */
  | { type: 'reset' };

export interface ReplayStep {
  state: ReplayState;
  effects: ReplayEffect[];
}

export function stay(state: ReplayState, ...effects: ReplayEffect[]): ReplayStep {
  return { state, effects };
}

/** Cell of a transition table whose input changes nothing. */
export function ignore(state: ReplayState): ReplayStep {
  return { state, effects: [] };
}

export function atEnd(state: ReplayState): boolean {
  return state.shown !== undefined && state.shown.position >= state.positions.until;
}
