import { REPLAY_COMMAND_TYPES } from '@att/contracts';
import { describe, expect, it } from 'vitest';
import { REPLAY_TRANSITIONS, type ReplayEvent, type ReplayState } from './replay-state.js';

const STATES = Object.keys(REPLAY_TRANSITIONS) as ReplayState[];
const EVENTS: ReplayEvent[] = [...REPLAY_COMMAND_TYPES, 'caught_up', 'end'];
const after = (state: ReplayState, ...events: ReplayEvent[]) =>
  events.reduce((current, event) => REPLAY_TRANSITIONS[current][event], state);

describe('a replay', () => {
  it('that has ended stays so, and each may end', () => {
    for (const event of EVENTS) expect(after('ended', event)).toBe('ended');
    for (const state of STATES) expect(after(state, 'end')).toBe('ended');
  });

  it('that is paused is left by resume and end alone', () => {
    expect(EVENTS.filter((event) => after('paused', event) !== 'paused')).toEqual(['resume', 'end']);
  });

  it('goes live only by itself, where it was playing', () => {
    const into = STATES.flatMap((state) =>
      EVENTS.filter((event) => state !== 'live' && after(state, event) === 'live').map((event) => [
        state,
        event,
      ]),
    );
    expect(into).toEqual([['playing', 'caught_up']]);
  });

  it('that is live goes back when the client seeks, and plays once it has resumed from a pause', () => {
    expect(after('live', 'seek')).toBe('playing');
    expect(after('live', 'pause', 'resume')).toBe('playing');
    expect(after('live', 'speed')).toBe('live');
  });
});
