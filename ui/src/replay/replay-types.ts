/** What goes into the replay's state machine, and what comes out of it. */
import type { ReplayCommand, ReplaySpeed, ServerFrame } from '@att/contracts';
import type { Liveness } from '../live/liveness';
import type { KeyRefusal } from '../live/socket-state';
import type { Played, World } from './world';

/** The range of the log that is played: behind `after`, up to and with `until`. */
export interface PositionRange {
  project: string | undefined;
  after: number;
  until: number;
}

export interface Pace {
  speed: ReplaySpeed;
  /** Recorded milliseconds; undefined when silences are kept. */
  maxGap: number | undefined;
}

/** Where to go: a position, or a recorded time, of which the server knows the position. */
export type Target = { position: number } | { time: string };

/** The world at a position. */
export interface Shown {
  position: number;
  /** Recorded time of that moment. */
  time: string;
  world: World;
}

/** How the state at a place of the log comes to be known. */
export type Loading =
  | { name: 'idle' }
  /** Somebody wants to be elsewhere; what comes of the place before is not for him. */
  | { name: 'seeking'; requestId: number; target: Target }
  /** What is shown is in doubt, and fetched anew; `since` came after it was asked for. */
  | { name: 'refetching'; requestId: number; since: readonly Played[] }
  | { name: 'failed'; target: Target; error: unknown; passing: boolean };

/** Somebody wants to be elsewhere than what is shown. */
export function hasTarget(loading: Loading): boolean {
  return loading.name === 'seeking' || loading.name === 'failed';
}

export type ReplayConnection =
  | { name: 'off' }
  | { name: 'connecting'; since: number }
  | (Liveness & {
      name: 'open';
      /** Seeks that the server has not answered: what comes before the answer is of the place before. */
      unansweredSeeks: number;
      /** The server may stand elsewhere than what is shown: it has to be told before it goes on. */
      outOfSync: boolean;
      /** The server was told to pause. */
      pausedOnServer: boolean;
    })
  | { name: 'waiting'; until: number }
  | { name: 'refused' };

export interface ReplayState {
  positions: PositionRange;
  pace: Pace;
  /** What is wanted, whether or not it can be done just now. */
  playing: boolean;
  shown: Shown | undefined;
  loading: Loading;
  connection: ReplayConnection;
  epoch: string | undefined;
  /** Tries in a row without an answer. */
  attempt: number;
  lastRequestId: number;
  /** When a refetching ended last. */
  refetchedAt: number;
}

export type ReplayInput =
  | { type: 'play' | 'pause' | 'retry'; now: number }
  | { type: 'seek'; target: Target; now: number }
  | { type: 'pace'; pace: Pace; now: number }
  /** Nothing of the scope happened up to here: it need not be waited for. */
  | { type: 'skip'; position: number; now: number }
  | { type: 'loaded'; requestId: number; shown: Shown; now: number }
  | { type: 'load_failed'; requestId: number; error: unknown; passing: boolean; now: number; random: number }
  /** All that came since the last painted frame. */
  | { type: 'frames'; frames: readonly ServerFrame[]; now: number }
  | { type: 'closed'; code: number; now: number; random: number }
  /** Comes every second, and later in a tab that nobody looks at. */
  | { type: 'tick'; now: number; random: number };

/** Where the socket is to begin. */
export interface ReplayQuery {
  project: string | undefined;
  after: number;
  until: number;
  pace: Pace;
  epoch: string | undefined;
}

/** A command, or the question whether the server is there. */
export type ReplayMessage = ReplayCommand | { type: 'ping' };

export type ReplayEffect =
  | { type: 'load'; requestId: number; target: Target }
  | { type: 'connect'; query: ReplayQuery }
  | { type: 'send'; message: ReplayMessage }
  | { type: 'disconnect' }
  /** A `retry` after so many milliseconds. */
  | { type: 'wait'; ms: number }
  | { type: 'key_refused'; refusal: KeyRefusal }
  /** The log is another one: the range has to be looked up again. */
  | { type: 'reset' };

export interface ReplayStep {
  state: ReplayState;
  effects: ReplayEffect[];
}
