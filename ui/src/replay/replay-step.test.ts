import type { ServerFrame } from '@att/contracts';
import { describe, expect, it } from 'vitest';
import { PONG_MS, QUIET_MS } from '../socket/liveness';
import { statusFrame } from '../testing/frames';
import { plainShown, replayLog } from '../testing/replay-log';
import { REFETCH_EVERY_MS } from './refetch';
import type { PositionRange, ReplayEffect, ReplayInput, ReplayState } from './replay-state';
import { begin, step } from './replay-step';

const EPOCH = '00000000-0000-4000-8000-000000000001';
const timestamp = '2026-01-31T12:00:00.000Z';
const POSITIONS: PositionRange = { project: 'p', after: 10, until: 20 };
const SCOPE = { project: 'p', taskId: undefined };

const shownAt = (position: number) => plainShown(replayLog([]), SCOPE, POSITIONS.after, position);
const play: ReplayInput = { type: 'play', now: 0 };
const pause: ReplayInput = { type: 'pause', now: 0 };
const retry: ReplayInput = { type: 'retry', now: 0 };
const seek = (position: number): ReplayInput => ({ type: 'seek', target: { position }, now: 0 });
const skip = (position: number): ReplayInput => ({ type: 'skip', position, now: 0 });
const speed = (speed: number): ReplayInput => ({ type: 'pace', pace: { speed, maxGap: 2_000 }, now: 0 });
const keepGaps: ReplayInput = { type: 'pace', pace: { speed: 8, maxGap: undefined }, now: 0 };
const loaded = (requestId: number, position: number): ReplayInput => ({
  type: 'loaded',
  requestId,
  shown: shownAt(position),
  now: 0,
});
const failed = (requestId: number, passing: boolean): ReplayInput => ({
  type: 'load_failed',
  requestId,
  error: 'away',
  passing,
  now: 0,
  random: 0.5,
});
const frames = (...list: ServerFrame[]): ReplayInput => ({ type: 'frames', frames: list, now: 0 });
const hello: ServerFrame = {
  type: 'connection',
  message: '',
  project: 'p',
  epoch: EPOCH,
  position: 99,
  timestamp,
};
const event = (position: number) => statusFrame(position);
const beat = (position: number): ServerFrame => ({ type: 'position', position, timestamp });
const answer = (position: number): ServerFrame => ({
  type: 'position',
  position,
  timestamp,
  answers: 'seek',
});
const caughtUp: ServerFrame = { type: 'caught_up', position: POSITIONS.until, timestamp };
const closed = (code: number): ReplayInput => ({ type: 'closed', code, now: 0, random: 0.5 });
const tick = (now: number): ReplayInput => ({ type: 'tick', now, random: 0.5 });

const pong: ServerFrame = { type: 'pong', message: 'pong', position: 10, timestamp };
const quiet = tick(QUIET_MS + 1);
const due = tick(QUIET_MS + 1 + PONG_MS);

/** Inputs after which it is paused at the start, with its world loaded. */
const ready = [loaded(1, 10)];
const playing = [...ready, play, frames(hello)];

function run(inputs: ReplayInput[]) {
  const first = begin(POSITIONS, { speed: 8, maxGap: 2_000 }, { position: POSITIONS.after }, false);
  let state: ReplayState = first.state;
  let last: string[] = first.effects.map(brief);
  for (const input of inputs) {
    const next = step(state, input);
    state = next.state;
    last = next.effects.map(brief);
  }
  return { state, last };
}

function brief(effect: ReplayEffect): string {
  switch (effect.type) {
    case 'load':
      return `load ${effect.requestId} ${JSON.stringify(effect.target)}`;
    case 'connect': {
      const { after, until, pace, epoch } = effect.query;
      return `connect ${after}-${until} ${pace.speed} ${pace.maxGap ?? '-'} ${epoch === undefined ? '-' : 'epoch'}`;
    }
    case 'send':
      return `send ${Object.values(effect.message).join(' ')}`;
    case 'wait':
      return `wait ${effect.ms}`;
    case 'key_refused':
      return `key_refused ${effect.refusal}`;
    default:
      return effect.type;
  }
}

describe('what it does', () => {
  it.each<[string, ReplayInput[], string[]]>([
    ['fetches the state at its beginning', [], ['load 1 {"position":10}']],
    ['opens no socket before it is to play', ready, []],
    ['opens one when it is', [...ready, play], ['connect 10-20 8 2000 -']],
    [
      'plays once the state has come, if that was wanted before',
      [play, loaded(1, 10)],
      ['connect 10-20 8 2000 -'],
    ],
    ['pauses and goes on over the same socket', [...playing, pause, play], ['send resume']],
    ['tells the server to pause', [...playing, pause], ['send pause']],
    [
      'goes back to what is shown when events were passed over',
      [...playing, pause, frames(event(11)), play],
      ['send seek 10', 'send resume'],
    ],
    ['holds the server while it seeks', [...playing, seek(15)], ['send pause', 'load 2 {"position":15}']],
    [
      'goes on behind the playhead that was sought',
      [...playing, seek(15), loaded(2, 15)],
      ['send seek 15', 'send resume'],
    ],
    ['seeks within the range only', [...ready, seek(99)], ['load 2 {"position":20}']],
    ['drops what was sought before', [...ready, seek(12), seek(15), loaded(2, 12)], []],
    ['begins again from its end', [...ready, seek(20), loaded(2, 20), play], ['load 3 {"position":10}']],
    ['changes the speed over the same socket', [...playing, speed(64)], ['send speed 64']],
    [
      'opens another one to keep gaps as they were',
      [...playing, keepGaps],
      ['disconnect', 'connect 10-20 8 - epoch'],
    ],
    ['skips a gap', [...playing, skip(14)], ['send seek 14']],
    ['skips nothing while it is paused', [...playing, pause, skip(14)], []],
    ['opens a lost socket again', [...playing, closed(1006)], ['wait 250']],
    ['where it was', [...playing, frames(event(13)), closed(1006), retry], ['connect 13-20 8 2000 epoch']],
    ['and not while it is paused', [...playing, pause, closed(1006)], []],
    ['asks a silent socket', [...playing, quiet], ['send ping']],
    ['leaves it when it does not answer', [...playing, quiet, due], ['disconnect', 'wait 250']],
    ['keeps one that answers', [...playing, quiet, { ...frames(pong), now: QUIET_MS + PONG_MS }, due], []],
    ['and later where it is one of too many', [...playing, closed(4429)], ['wait 4000']],
    ['asks for another key', [...playing, closed(4401)], ['key_refused key']],
    ['asks for a key that may read', [...playing, closed(4403)], ['key_refused scope']],
    ['tries again what could not be fetched', [failed(1, true)], ['wait 250']],
    ['but not what never will be', [failed(1, false)], []],
    ['fetches it again', [failed(1, true), retry], ['load 2 {"position":10}']],
    [
      'starts over on another log',
      [...playing, frames({ type: 'reset', reason: '', epoch: EPOCH, position: 3, timestamp })],
      ['disconnect', 'reset'],
    ],
    [
      'begins again from what is shown when a command was refused',
      [...playing, skip(14), frames({ type: 'error', code: 'position_ahead', message: '' })],
      ['disconnect', 'connect 14-20 8 2000 epoch'],
    ],
  ])('%s', (_, inputs, effects) => {
    expect(run(inputs).last).toEqual(effects);
  });
});

describe('what it shows', () => {
  it.each<[string, ReplayInput[], number]>([
    ['the last event', [...playing, frames(event(11), event(13))], 13],
    ['no event twice', [...playing, frames(event(13), event(11), event(13))], 13],
    ['how far nothing happened', [...playing, frames(event(11), beat(17))], 17],
    ['nothing of what comes while it is paused', [...playing, pause, frames(event(11), beat(17))], 10],
    ['nothing of the playhead before a seek', [...playing, seek(12), loaded(2, 12), frames(event(18))], 12],
    [
      'what comes behind the answer to it',
      [...playing, seek(12), loaded(2, 12), frames(event(18), answer(12), event(13))],
      13,
    ],
    ['the end', [...playing, frames(event(11), caughtUp)], 20],
    ['the playhead before while the next is on its way', [...playing, frames(event(11)), seek(15)], 11],
  ])('%s', (_, inputs, position) => {
    expect(run(inputs).state.shown?.position).toBe(position);
  });

  it('stops at its end', () => {
    const { state } = run([...playing, frames(event(11), caughtUp), closed(1000)]);
    expect(state).toMatchObject({ playing: false, connection: { name: 'off' } });
  });

  it('stops when the server refuses the range', () => {
    const { state } = run([...playing, closed(4400)]);
    expect(state).toMatchObject({ playing: false, connection: { name: 'refused' } });
  });
});

describe('an inexact world', () => {
  const unsure = { ...shownAt(10), world: { ...shownAt(10).world, whole: false } };
  const inexact: ReplayInput[] = [
    { type: 'loaded', requestId: 1, shown: unsure, now: 0 },
    play,
    frames(hello, event(11)),
  ];

  it('is not fetched at every event', () => {
    expect(run(inexact).last).toEqual([]);
  });

  it('is fetched once in a while', () => {
    expect(run([...inexact, tick(REFETCH_EVERY_MS)]).last).toEqual(['load 2 {"position":11}']);
  });

  it('is fetched as soon as it is paused', () => {
    expect(run([...inexact, pause]).last).toEqual(['send pause', 'load 2 {"position":11}']);
  });

  it('has what came since then folded in', () => {
    const { state } = run([...inexact, tick(REFETCH_EVERY_MS), frames(event(12)), loaded(2, 11)]);
    expect(state.shown).toMatchObject({
      position: 12,
      world: { inexactAt: 0, counts: { active: 1, total: 1 } },
    });
    expect(state.shown?.world.recent.map(({ position }) => position)).toEqual([12]);
  });
});
