/** What follows from a frame of the present socket. */
import type { ServerFrame } from '@att/contracts';
import { freshLiveness } from './liveness';
import type { Connected, Connecting, SocketEffect, Step } from './socket-state';

export function received(state: Connecting | Connected, frame: ServerFrame, now: number): Step {
  switch (frame.type) {
    case 'connection':
      return greeted(state, frame.position, frame.epoch, now);
    case 'reset':
      return open(state, { after: frame.position, epoch: frame.epoch }, 'live', now, {
        type: 'reset',
        position: frame.position,
      });
    case 'caught_up':
      return open(state, advanced(state, frame.position), 'live', now);
    case 'position':
    case 'pong':
      return heard(state, frame.position, now);
    case 'error':
      return heard(state, 0, now);
    default:
      if (frame.position <= (state.cursor.after ?? 0)) return heard(state, 0, now);
      return heard(state, frame.position, now, { type: 'deliver', frame });
  }
}

function greeted(state: Connecting | Connected, head: number, epoch: string, now: number): Step {
  const { after } = state.cursor;
  if (after === undefined) {
    return open(state, { after: head, epoch }, 'live', now, { type: 'began', position: head });
  }
  // With an epoch that the server does not know, or a position ahead of its log, a reset follows; the
  // epoch is kept until then, so that a socket lost in between asks the same again.
  const cursor = { after, epoch: state.cursor.epoch ?? (after > head ? undefined : epoch) };
  return open(state, cursor, after < head ? 'catching_up' : 'live', now);
}

function open(
  state: Connecting | Connected,
  cursor: Connected['cursor'],
  name: Connected['name'],
  now: number,
  ...effects: SocketEffect[]
): Step {
  const { online } = state;
  return { state: { name, cursor, attempt: 0, online, ...freshLiveness(now) }, effects };
}

function heard(
  state: Connecting | Connected,
  position: number,
  now: number,
  ...effects: SocketEffect[]
): Step {
  const cursor = advanced(state, position);
  if (state.name === 'connecting') return { state: { ...state, cursor }, effects };
  return { state: { ...state, cursor, ...freshLiveness(now) }, effects };
}

function advanced({ cursor }: Connecting | Connected, position: number): Connected['cursor'] {
  return position <= (cursor.after ?? 0) ? cursor : { ...cursor, after: position };
}
