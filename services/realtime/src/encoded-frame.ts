import { frameOf } from '@att/contracts';
import { type LogEvent, taskEventOf } from '@att/platform/event-log';
import { textFrame } from './wire-frame.js';

/** An event's frame as every client that may see it gets it. */
export interface EncodedFrame {
  position: number;
  project: string;
  /** Wire time, as the replay's clock wants it. */
  recordedAt: string;
  /** Framed for the socket. */
  bytes: Buffer;
}

/** @returns undefined for events that no task follows from: they are not sent */
export function encodeEvent(logEvent: LogEvent): EncodedFrame | undefined {
  const event = taskEventOf(logEvent);
  if (event === undefined) return undefined;
  return {
    position: event.position,
    project: event.project,
    recordedAt: event.recorded_at,
    bytes: textFrame(JSON.stringify(frameOf(event))),
  };
}

/** Joins frames, so that they go out in one write. */
export function join(frames: readonly EncodedFrame[]): Buffer {
  const [only] = frames;
  return frames.length === 1 && only !== undefined
    ? only.bytes
    : Buffer.concat(frames.map((frame) => frame.bytes));
}
