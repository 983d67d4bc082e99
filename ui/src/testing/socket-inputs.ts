/** Inputs of the live socket's machine, and its effects in short, for tables of tests. */
import type { ServerFrame } from '@att/contracts';
import { INITIAL, type SocketInput, type SocketState } from '../live/socket-state';
import { step } from '../live/socket-step';
import { statusFrame } from './frames';

export const EPOCH = '00000000-0000-4000-8000-000000000001';
export const OTHER = '00000000-0000-4000-8000-000000000002';
const timestamp = '2026-01-31T12:00:00.000Z';

export const start = (after?: number, online = true): SocketInput => ({
  type: 'start',
  after,
  online,
  now: 0,
});
export const frame = (frame: ServerFrame, now = 0): SocketInput => ({ type: 'frame', frame, now });
export const hello = (position: number, epoch = EPOCH, now = 0) =>
  frame({ type: 'connection', message: '', project: null, epoch, position, timestamp }, now);
export const event = (position: number) => frame(statusFrame(position));
export const caughtUp = (position: number) => frame({ type: 'caught_up', position, timestamp });
export const heartbeat = (position: number) => frame({ type: 'position', position, timestamp });
export const pongFrame = (position: number): ServerFrame => ({
  type: 'pong',
  message: 'pong',
  position,
  timestamp,
});
export const pong = (position: number) => frame(pongFrame(position));
export const reset = (position: number, epoch = OTHER) =>
  frame({ type: 'reset', reason: 'restored', epoch, position, timestamp });
export const closed = (code: number, random = 0.5): SocketInput => ({ type: 'closed', code, now: 0, random });
export const retry: SocketInput = { type: 'retry', now: 0 };
export const waited: SocketInput = { type: 'waited', now: 0 };
export const online = (now = 0): SocketInput => ({ type: 'online', now });
export const offline = (now = 0): SocketInput => ({ type: 'offline', now });
export const shown = (now = 0): SocketInput => ({ type: 'shown', now });
export const tick = (now: number): SocketInput => ({ type: 'tick', now, random: 0 });

export function run(inputs: SocketInput[], from: SocketState = INITIAL) {
  let state = from;
  const all = [];
  for (const input of inputs) {
    const next = step(state, input);
    state = next.state;
    all.push(next.effects.map(brief));
  }
  return { state, effects: all, last: all.at(-1) };
}

function brief(effect: ReturnType<typeof step>['effects'][number]): string {
  switch (effect.type) {
    case 'connect':
      return `connect ${effect.cursor.after ?? '-'} ${effect.cursor.epoch ?? '-'}`;
    case 'wait':
    case 'ping':
      return `${effect.type} ${effect.ms}`;
    case 'deliver':
      return `deliver ${effect.frame.position}`;
    case 'began':
    case 'reset':
      return `${effect.type} ${effect.position}`;
    case 'key_refused':
      return `key_refused ${effect.refusal}`;
    case 'disconnect':
      return 'disconnect';
  }
}
