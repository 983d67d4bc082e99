/** What the frames of a socket do to a replay. */
import { type EventFrame, eventOfFrame, type ServerFrame } from '@att/contracts';
import { listeningFrom } from '../live/silence-of-socket';
import {
  type Base,
  isAway,
  type Link,
  type ReplayEffect,
  type ReplayState,
  type ReplayStep,
  type Shown,
} from './replay-types';
import { foldWorld, type Played } from './world';

/** Events that are kept while a world in doubt is fetched; with more, it is fetched again later. */
const MAX_SINCE = 20_000;

export function receive(before: ReplayState, frames: readonly ServerFrame[], now: number): ReplayStep {
  let state = before;
  const effects: ReplayEffect[] = [];
  // Events that follow each other are folded together: the world is copied once for all of them.
  let run: EventFrame[] = [];
  const foldRun = () => {
    state = shownEvents(state, run);
    run = [];
  };
  for (const frame of frames) {
    if (state.link.name !== 'open' && state.link.name !== 'connecting') break;
    if ('data' in frame) {
      if (isShown(state) && frame.position > (run.at(-1) ?? state.shown).position) run.push(frame);
      else if (!isShown(state)) state = astray(state);
      continue;
    }
    foldRun();
    const next = control(state, frame, now);
    state = next.state;
    effects.push(...next.effects);
  }
  foldRun();
  return { state: heard(state, now), effects };
}

/** Whether what comes now belongs to what is shown. */
function isShown(state: ReplayState): state is ReplayState & { shown: Shown } {
  const { link, base, shown, playing } = state;
  if (!playing || shown === undefined || isAway(base)) return false;
  return link.name === 'open' && link.unanswered === 0;
}

/** An event is passed over: the server goes ahead of what is shown. What it sent before a seek says nothing of that. */
function astray(state: ReplayState): ReplayState {
  const { link } = state;
  if (link.name !== 'open' || link.unanswered > 0 || link.adrift) return state;
  return { ...state, link: { ...link, adrift: true } };
}

function shownEvents(state: ReplayState, frames: readonly EventFrame[]): ReplayState {
  const last = frames.at(-1);
  if (last === undefined || state.shown === undefined) return state;
  const played: Played[] = frames.map((frame) => ({
    event: eventOfFrame(frame),
    truncated: frame.data.truncated ?? [],
  }));
  const shown: Shown = {
    position: Math.min(last.position, state.plan.until),
    time: last.timestamp,
    world: foldWorld(state.shown.world, played),
  };
  return { ...state, shown, base: kept(state.base, played) };
}

function kept(base: Base, played: readonly Played[]): Base {
  if (base.name !== 'mending') return base;
  if (base.since.length + played.length > MAX_SINCE) return { name: 'settled' };
  return { ...base, since: [...base.since, ...played] };
}

function control(state: ReplayState, frame: Exclude<ServerFrame, EventFrame>, now: number): ReplayStep {
  switch (frame.type) {
    case 'connection': {
      // Who wants to be elsewhere by now finds the server where he was when the socket was opened.
      const adrift = isAway(state.base);
      const link: Link = { name: 'open', ...listeningFrom(now), unanswered: 0, adrift, held: false };
      // Another epoch than the one asked for is answered with a reset, which follows.
      return { state: { ...state, link, attempt: 0, epoch: state.epoch ?? frame.epoch }, effects: [] };
    }
    case 'reset':
      return {
        state: { ...state, playing: false, link: { name: 'off' } },
        effects: [{ type: 'disconnect' }, { type: 'start_over' }],
      };
    case 'position':
      return {
        state: passed(frame.answers === 'seek' ? answered(state) : state, frame.position),
        effects: [],
      };
    case 'caught_up':
      return { state: ended(state), effects: [] };
    case 'error':
      return lost(state, now);
    case 'pong':
      return { state, effects: [] };
  }
}

function answered(state: ReplayState): ReplayState {
  const { link } = state;
  if (link.name !== 'open') return state;
  return { ...state, link: { ...link, unanswered: Math.max(0, link.unanswered - 1) } };
}

/** Nothing of the project happened up to here. */
function passed(state: ReplayState, to: number): ReplayState {
  if (!isShown(state)) return state;
  const position = Math.min(to, state.plan.until);
  if (position <= state.shown.position) return state;
  return { ...state, shown: { ...state.shown, position } };
}

function ended(state: ReplayState): ReplayState {
  if (!isShown(state)) return state;
  return { ...passed(state, state.plan.until), playing: false };
}

/** A command was not carried out, so where the server stands is unknown: begin again from what is shown. */
function lost(state: ReplayState, now: number): ReplayStep {
  const { link, playing, shown, base, plan, pace, epoch } = state;
  if (link.name !== 'open') return { state, effects: [] };
  const effects: ReplayEffect[] = [{ type: 'disconnect' }];
  if (!playing || shown === undefined || isAway(base)) {
    return { state: { ...state, link: { name: 'off' } }, effects };
  }
  const opening = { project: plan.project, after: shown.position, until: plan.until, pace, epoch };
  effects.push({ type: 'connect', opening });
  return { state: { ...state, link: { name: 'connecting', since: now } }, effects };
}

function heard(state: ReplayState, now: number): ReplayState {
  return state.link.name === 'open' ? { ...state, link: { ...state.link, ...listeningFrom(now) } } : state;
}
