/** A frame of the present socket: the step that it leads to. */
import type { ServerFrame } from '@att/contracts';
import { freshLiveness } from '../socket/liveness';
import type { Connected, Connecting, SocketEffect, Step } from './socket-state';

export function received(
  state: Connecting | Connected,
  { frame, now }: { frame: ServerFrame; now: number },
): Step {
  switch (frame.type) {
    case 'connection':
      return begin(state, frame.position, frame.epoch, now);
    case 'reset':
      return open(state, { after: frame.position, epoch: frame.epoch }, 'live', now, {
        type: 'reset',
        position: frame.position,
      });
    case 'caught_up':
      return open(state, cursorAt(state, frame.position), 'live', now);
    case 'position':
    case 'pong':
      return advance(state, frame.position, now);
    case 'error':
      return advance(state, 0, now);
    default:
      if (frame.position <= (state.cursor.after ?? 0)) return advance(state, 0, now);
      return advance(state, frame.position, now, { type: 'deliver', frame });
  }
}

function begin(state: Connecting | Connected, head: number, epoch: string, now: number): Step {
  const { after } = state.cursor;
  if (after === undefined) {
    return open(state, { after: head, epoch }, 'live', now, { type: 'began', position: head });
  }
  // A reset follows an epoch that the server does not know, and a position ahead of its log. The epoch is kept
  // until then, so that a socket lost in between asks the same again.
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

function advance(
  state: Connecting | Connected,
  position: number,
  now: number,
  ...effects: SocketEffect[]
): Step {
  const cursor = cursorAt(state, position);
  if (state.name === 'connecting') return { state: { ...state, cursor }, effects };
  return { state: { ...state, cursor, ...freshLiveness(now) }, effects };
}

function cursorAt({ cursor }: Connecting | Connected, position: number): Connected['cursor'] {
  return position <= (cursor.after ?? 0) ? cursor : { ...cursor, after: position };
}
