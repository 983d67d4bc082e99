/** The frames that are not events, ready for the socket. */
import type { ReplayCommand, ServerFrame, SocketErrorCode } from '@att/contracts';
import { textFrame } from './wire-frame.js';

export interface LogIdentity {
  epoch: string;
  /** The head of the log, and its hash. */
  position: number;
  hash: string;
  /** When the log was asked, on the clock of `performance.now()`. */
  askedAt: number;
}

type LogName = Pick<LogIdentity, 'epoch' | 'position'>;

const encode = (frame: ServerFrame) => textFrame(JSON.stringify(frame));
const now = () => new Date().toISOString();

export function helloFrame({ epoch, position }: LogName, project: string | undefined): Buffer {
  const message = project === undefined ? 'Connected to all projects' : `Connected to the project ${project}`;
  return encode({ type: 'connection', message, project: project ?? null, epoch, position, timestamp: now() });
}

/** Frames from here on have a `position`: everything up to it that the client may see was sent. */
export function pongFrame(position: number): Buffer {
  return encode({ type: 'pong', message: 'pong', position, timestamp: now() });
}

export function positionFrame(position: number): Buffer {
  return encode({ type: 'position', position, timestamp: now() });
}

/** Answer to a command of a replay, whose position is now `position`. */
export function carriedOutFrame(answers: ReplayCommand['type'], position: number): Buffer {
  return encode({ type: 'position', position, timestamp: now(), answers });
}

export function caughtUpFrame(position: number): Buffer {
  return encode({ type: 'caught_up', position, timestamp: now() });
}

export function resetFrame({ epoch, position }: LogName, reason: string): Buffer {
  return encode({ type: 'reset', reason, epoch, position, timestamp: now() });
}

export function errorFrame(code: SocketErrorCode, message: string): Buffer {
  return encode({ type: 'error', code, message });
}
