/** Everything that travels over the socket, with a word about each: what its documents are made from. */
import type { z } from 'zod';
import { pauseMessage, pingMessage, resumeMessage, seekMessage, speedMessage } from './client-messages.js';
import {
  caughtUpFrame,
  errorFrame,
  eventFrame,
  HEARTBEAT_SECONDS,
  helloFrame,
  pongFrame,
  positionFrame,
  resetFrame,
} from './frames.js';

export interface SocketMessage {
  schema: z.ZodType;
  summary: string;
}

export const SERVER_MESSAGES = {
  connection: { schema: helloFrame, summary: 'The first frame: which log this is, and its head' },
  event: { schema: eventFrame, summary: 'A task event, once and in order of position, which may jump' },
  caught_up: {
    schema: caughtUpFrame,
    summary: 'What was missing has been sent: live from here or, at until, the end',
  },
  position: {
    schema: positionFrame,
    summary: `Every ${HEARTBEAT_SECONDS} seconds, all that this client may see up to here was sent; or the answer to a command`,
  },
  pong: { schema: pongFrame, summary: 'The answer to a ping' },
  reset: { schema: resetFrame, summary: 'Fetch a new snapshot; the socket goes on live after this position' },
  error: { schema: errorFrame, summary: 'A message was not carried out; nothing has changed' },
} as const satisfies Record<string, SocketMessage>;

export const CLIENT_MESSAGES = {
  ping: { schema: pingMessage, summary: 'Any text that is no command does as well' },
  pause: { schema: pauseMessage, summary: 'Hold the replay' },
  resume: { schema: resumeMessage, summary: 'Let the replay go on' },
  seek: {
    schema: seekMessage,
    summary: 'Go on behind this position, before or after where the replay stands',
  },
  speed: { schema: speedMessage, summary: 'Go on at this pace, in the middle of a silence too' },
} as const satisfies Record<string, SocketMessage>;

/** Bytes of a client's message. */
export const MAX_MESSAGE_BYTES = 16 * 1024;
