/** States of a replay, and what each event makes of them: a pair that is forgotten does not compile. */
import type { ReplayCommand } from '@att/contracts';

export type ReplayState =
  /** Events are sent when the clock says that they are due. */
  | 'playing'
  /** Nothing is sent until the client resumes. */
  | 'paused'
  /** The replay has reached the live end: the client is among the subscribers. */
  | 'live'
  /** The log was replaced: nothing is sent any more. */
  | 'ended';

export type ReplayEvent = ReplayCommand['type'] | 'caught_up' | 'end';

export const REPLAY_TRANSITIONS: Readonly<Record<ReplayState, Readonly<Record<ReplayEvent, ReplayState>>>> = {
  playing: {
    pause: 'paused',
    resume: 'playing',
    speed: 'playing',
    seek: 'playing',
    caught_up: 'live',
    end: 'ended',
  },
  paused: {
    pause: 'paused',
    resume: 'playing',
    speed: 'paused',
    seek: 'paused',
    caught_up: 'paused',
    end: 'ended',
  },
  live: {
    pause: 'paused',
    resume: 'live',
    // A speed is kept for when the client seeks back.
    speed: 'live',
    seek: 'playing',
    caught_up: 'live',
    end: 'ended',
  },
  ended: {
    pause: 'ended',
    resume: 'ended',
    speed: 'ended',
    seek: 'ended',
    caught_up: 'ended',
    end: 'ended',
  },
};
