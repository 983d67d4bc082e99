/** State of the connection, as the page shows it. */
import type { SocketState } from './socket-state';

export type Connection =
  | { name: 'connecting' | 'catching_up' | 'live' | 'offline' | 'refused' }
  /** `until`: milliseconds since 1970. */
  | { name: 'reconnecting'; until: number };

export function connectionOf(state: SocketState): Connection {
  switch (state.name) {
    case 'idle':
    case 'connecting':
      // A first try is shown as connecting, a tenth as a lost connection.
      return state.attempt === 0 ? { name: 'connecting' } : { name: 'reconnecting', until: 0 };
    case 'waiting':
      return { name: 'reconnecting', until: state.until };
    default:
      return { name: state.name };
  }
}

export function sameConnection(a: Connection, b: Connection): boolean {
  return a.name === b.name && untilOf(a) === untilOf(b);
}

function untilOf(connection: Connection): number {
  return 'until' in connection ? connection.until : 0;
}
