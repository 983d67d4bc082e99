/** Messages that a client may send over the socket. Any other text is a ping. */
import { z } from 'zod';
import { position } from './events.js';

/** The slowest and the fastest pace of a replay, in times of its own. */
export const SLOWEST_SPEED = 0.5;
export const FASTEST_SPEED = 64;

const SPEED_HINT = `must be a number from ${SLOWEST_SPEED} to ${FASTEST_SPEED}, or max`;

/** How many times its own pace a replay has; `max`: as fast as the client reads. */
export const replaySpeed = z.union(
  [z.number().min(SLOWEST_SPEED, SPEED_HINT).max(FASTEST_SPEED, SPEED_HINT), z.literal('max')],
  SPEED_HINT,
);
export type ReplaySpeed = z.infer<typeof replaySpeed>;

export const pingMessage = z.object({ type: z.literal('ping') });
export const pauseMessage = z.object({ type: z.literal('pause') });
export const resumeMessage = z.object({ type: z.literal('resume') });
/** Continues after `position`, which may be before or behind the present one. */
export const seekMessage = z.object({ type: z.literal('seek'), position });
/** Changes the pace at once, also in the middle of a silence. */
export const speedMessage = z.object({ type: z.literal('speed'), speed: replaySpeed });

/** Steers a replay: a socket that was opened with `speed` or `until`. */
export const replayCommand = z.discriminatedUnion('type', [
  pauseMessage,
  resumeMessage,
  seekMessage,
  speedMessage,
]);
export type ReplayCommand = z.infer<typeof replayCommand>;

export const REPLAY_COMMAND_TYPES = replayCommand.options.map((option) => option.shape.type.value);
