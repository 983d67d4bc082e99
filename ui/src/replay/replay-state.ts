/**
 * A replay as a pure state machine: (state, input) → (state, effects). Time and chance come in with the
 * inputs; `make-replay.ts` is the shell that carries the effects out.
 *
 * Invariants:
 * 1. The world that is shown is the fold of the log up to the position that is shown, unless it says
 *    that it is in doubt.
 * 2. The position that is shown only rises, until somebody seeks.
 * 3. It never leaves the stretch: it is from `after` to `until`.
 * 4. While it is paused or sought, what the socket sends changes nothing that is shown.
 * 5. A socket that is lost while it plays is opened again where it was, for ever, unless the server
 *    refuses the key or the parameters.
 */
import { CLOSE_CODES } from '@att/contracts';
import { backoffMs } from '../live/backoff';
import { silenceVerdict } from '../live/silence-of-socket';
import { waitAfterClose } from '../live/socket-closed';
import { CONNECT_MS } from '../live/socket-state';
import { mend, mended } from './mend';
import { receive } from './receive';
import {
  type Base,
  isAway,
  type Link,
  type Pace,
  type Plan,
  type ReplayEffect,
  type ReplayInput,
  type ReplayState,
  type ReplayStep,
  type Shown,
  type Target,
} from './replay-types';

/** A replay that goes to `target` and, if so wanted, plays from there. */
export function begin(plan: Plan, pace: Pace, target: Target, playing: boolean): ReplayStep {
  const state: ReplayState = {
    plan,
    pace,
    playing,
    shown: undefined,
    base: { name: 'settled' },
    link: { name: 'off' },
    epoch: undefined,
    attempt: 0,
    tickets: 0,
    mendedAt: 0,
  };
  return seek(state, target);
}

export function step(state: ReplayState, input: ReplayInput): ReplayStep {
  switch (input.type) {
    case 'play':
      return play(state, input.now);
    case 'pause':
      return mended(pause(state), input.now);
    case 'seek':
      return seek(state, input.target);
    case 'pace':
      return setPace(state, input.pace, input.now);
    case 'skip':
      return skip(state, input.position);
    case 'loaded':
      return loaded(state, input.ticket, input.shown, input.now);
    case 'load_failed':
      return loadFailed(state, input);
    case 'frames':
      return mended(receive(state, input.frames, input.now), input.now);
    case 'closed':
      return closed(state, input);
    case 'tick':
      return mended(tick(state, input.now, input.random), input.now);
    case 'retry':
      return retry(state, input.now);
  }
}

export function atEnd(state: ReplayState): boolean {
  return state.shown !== undefined && state.shown.position >= state.plan.until;
}

function stay(state: ReplayState, ...effects: ReplayEffect[]): ReplayStep {
  return { state, effects };
}

function then(first: ReplayStep, next: (state: ReplayState) => ReplayStep): ReplayStep {
  const second = next(first.state);
  return { state: second.state, effects: [...first.effects, ...second.effects] };
}

function play(state: ReplayState, now: number): ReplayStep {
  if (state.playing) return stay(state);
  const playing: ReplayState = { ...state, playing: true };
  if (state.base.name === 'failed') return seek(playing, state.base.target);
  if (state.base.name === 'seeking') return stay(playing);
  // From its end a replay begins again, as every player does.
  return atEnd(state) ? seek(playing, { position: state.plan.after }) : go(playing, now);
}

function pause(state: ReplayState): ReplayStep {
  if (!state.playing) return stay(state);
  const paused: ReplayState = { ...state, playing: false };
  switch (state.link.name) {
    case 'open':
      return hold(paused);
    case 'connecting':
      return stay({ ...paused, link: { name: 'off' } }, { type: 'disconnect' });
    default:
      return stay({ ...paused, link: { name: 'off' } });
  }
}

/** The socket stays, and sends nothing. */
function hold(state: ReplayState): ReplayStep {
  const { link } = state;
  if (link.name !== 'open' || link.held) return stay(state);
  return stay({ ...state, link: { ...link, held: true } }, { type: 'say', command: { type: 'pause' } });
}

/** Plays from what is shown: over the socket that is open, or over a new one in place of one on its way. */
function go(state: ReplayState, now: number): ReplayStep {
  const { link, shown } = state;
  if (shown === undefined) return stay(state);
  if (link.name !== 'open') return connect(state, now);
  const effects: ReplayEffect[] = [];
  if (link.adrift) effects.push({ type: 'say', command: { type: 'seek', position: shown.position } });
  if (link.held) effects.push({ type: 'say', command: { type: 'resume' } });
  const unanswered = link.unanswered + (link.adrift ? 1 : 0);
  return stay({ ...state, link: { ...link, adrift: false, held: false, unanswered } }, ...effects);
}

function connect(state: ReplayState, now: number): ReplayStep {
  const { plan, pace, epoch, shown } = state;
  if (shown === undefined) return stay(state);
  const opening = { project: plan.project, after: shown.position, until: plan.until, pace, epoch };
  return stay({ ...state, link: { name: 'connecting', since: now } }, { type: 'connect', opening });
}

function seek(state: ReplayState, target: Target): ReplayStep {
  const { plan, link } = state;
  const wanted =
    'position' in target ? { position: Math.min(plan.until, Math.max(plan.after, target.position)) } : target;
  const ticket = state.tickets + 1;
  const base: Base = { name: 'seeking', ticket, target: wanted };
  const seeking: ReplayState = { ...state, base, tickets: ticket };
  // Held, so that the server does not come to the end meanwhile.
  const held = hold(link.name === 'open' ? { ...seeking, link: { ...link, adrift: true } } : seeking);
  return { state: held.state, effects: [...held.effects, { type: 'load', ticket, target: wanted }] };
}

function setPace(state: ReplayState, pace: Pace, now: number): ReplayStep {
  const { link } = state;
  const changed: ReplayState = { ...state, pace };
  // How silences are shortened is settled as the socket is opened.
  const anew = pace.maxGap !== state.pace.maxGap;
  if (link.name === 'connecting' || (link.name === 'open' && anew)) return reopen(changed, now);
  if (link.name !== 'open' || pace.speed === state.pace.speed) return stay(changed);
  return stay(changed, { type: 'say', command: { type: 'speed', speed: pace.speed } });
}

function reopen(state: ReplayState, now: number): ReplayStep {
  const left = stay({ ...state, link: { name: 'off' } }, { type: 'disconnect' });
  return state.playing && !isAway(state.base) ? then(left, (off) => connect(off, now)) : left;
}

function skip(state: ReplayState, to: number): ReplayStep {
  const { link, shown } = state;
  if (!state.playing || isAway(state.base) || shown === undefined) return stay(state);
  if (link.name !== 'open' || link.unanswered > 0) return stay(state);
  const position = Math.min(to, state.plan.until);
  if (position <= shown.position) return stay(state);
  const skipped = { ...state, shown: { ...shown, position }, link: { ...link, unanswered: 1 } };
  return stay(skipped, { type: 'say', command: { type: 'seek', position } });
}

function loaded(state: ReplayState, ticket: number, loaded: Shown, now: number): ReplayStep {
  const { base } = state;
  if (base.name === 'mending' && base.ticket === ticket) return stay(mend(state, base, loaded, now));
  if (base.name !== 'seeking' || base.ticket !== ticket) return stay(state);
  const there: ReplayState = {
    ...state,
    base: { name: 'settled' },
    shown: loaded,
    attempt: 0,
    mendedAt: now,
  };
  if (!there.playing) return stay(there);
  return atEnd(there) ? pause(there) : go(there, now);
}

function loadFailed(
  state: ReplayState,
  { ticket, error, passing, now, random }: Extract<ReplayInput, { type: 'load_failed' }>,
): ReplayStep {
  const { base, attempt } = state;
  if (base.name === 'mending' && base.ticket === ticket) {
    return stay({ ...state, base: { name: 'settled' }, mendedAt: now });
  }
  if (base.name !== 'seeking' || base.ticket !== ticket) return stay(state);
  const failed: Base = { name: 'failed', target: base.target, error, passing };
  if (!passing) return stay({ ...state, base: failed });
  return stay(
    { ...state, base: failed, attempt: attempt + 1 },
    { type: 'wait', ms: backoffMs(attempt, random) },
  );
}

function closed(
  state: ReplayState,
  { code, now, random }: Extract<ReplayInput, { type: 'closed' }>,
): ReplayStep {
  if (state.link.name !== 'open' && state.link.name !== 'connecting') return stay(state);
  const off: ReplayState = { ...state, link: { name: 'off' } };
  if (code === CLOSE_CODES.badParameter) return stay({ ...off, playing: false, link: { name: 'refused' } });
  const verdict = waitAfterClose(code, state.attempt, random);
  if (verdict.type === 'ask_key') return stay({ ...off, playing: false }, verdict);
  return wait(off, verdict.ms, now);
}

/** Nobody waits for a socket that nobody needs: while paused it is opened when it is to play. */
function wait(state: ReplayState, ms: number, now: number, ...before: ReplayEffect[]): ReplayStep {
  if (!state.playing) return stay({ ...state, link: { name: 'off' } }, ...before);
  const waiting: ReplayState = {
    ...state,
    attempt: state.attempt + 1,
    link: { name: 'waiting', until: now + ms },
  };
  return stay(waiting, ...before, { type: 'wait', ms });
}

function tick(state: ReplayState, now: number, random: number): ReplayStep {
  const { link } = state;
  if (link.name === 'connecting')
    return now - link.since > CONNECT_MS ? leave(state, now, random) : stay(state);
  if (link.name !== 'open') return stay(state);
  switch (silenceVerdict(link, now)) {
    case 'fine':
      return stay(state);
    case 'ask':
      return ask(state, { ...link, askedAt: now });
    case 'ask_again':
      return ask(state, { ...link, askedAt: now, askedAgain: true });
    case 'leave':
      return leave(state, now, random);
  }
}

function ask(state: ReplayState, link: Link): ReplayStep {
  return stay({ ...state, link }, { type: 'say', command: { type: 'ping' } });
}

function leave(state: ReplayState, now: number, random: number): ReplayStep {
  return wait(state, backoffMs(state.attempt, random), now, { type: 'disconnect' });
}

function retry(state: ReplayState, now: number): ReplayStep {
  if (state.base.name === 'failed') return seek(state, state.base.target);
  const isDue = state.link.name === 'waiting' && state.playing && !isAway(state.base);
  return isDue ? connect(state, now) : stay(state);
}
