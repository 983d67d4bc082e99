/** The bounds and rhythms of the realtime service; tests make them smaller. */
import { HEARTBEAT_SECONDS } from '@att/contracts';

export interface RealtimeSettings {
  /** Milliseconds between two heartbeats of a socket. */
  heartbeatInterval: number;
  /** Bytes that may wait for a live client before it is closed with 4408. */
  maxUnsentBytes: number;
  /** Bounds of the ring of recent frames. */
  ringFrames: number;
  ringBytes: number;
  /** Bytes that are sent to a client that catches up before the service waits until it has read them. */
  pageBytes: number;
  /** Milliseconds between two checks whether this is still the same log, while there are sockets. */
  identityInterval: number;
  /** Milliseconds after the last socket has gone until the feed is left. */
  idleAfter: number;
  /** Milliseconds at most that live frames wait for others to share a write: nobody sees 10 ms. */
  linger: number;
  maxSocketsPerKey: number;
  /** Limit of the messages of one socket. */
  maxMessagesPerSecond: number;
  /** Milliseconds that a client has to answer a close. */
  closeTimeout: number;
}

export const DEFAULT_SETTINGS: RealtimeSettings = {
  heartbeatInterval: HEARTBEAT_SECONDS * 1_000,
  maxUnsentBytes: 4 * 1024 * 1024,
  ringFrames: 50_000,
  ringBytes: 32 * 1024 * 1024,
  pageBytes: 256 * 1024,
  identityInterval: 5_000,
  idleAfter: 5_000,
  linger: 10,
  maxSocketsPerKey: 10_000,
  maxMessagesPerSecond: 50,
  closeTimeout: 10_000,
};
