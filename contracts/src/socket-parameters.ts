/** The query of the socket's URL. */
import { z } from 'zod';
import { FASTEST_SPEED, type ReplaySpeed, replaySpeed, SLOWEST_SPEED } from './client-messages.js';
import { nameFilter, parsed, positionParameter } from './parameters.js';

/** Milliseconds: the longest silence that a client may ask for. A day is as good as none asked for. */
const MAX_GAP_LIMIT = 24 * 60 * 60 * 1_000;

const speed = parsed(parseSpeed, `must be a number from ${SLOWEST_SPEED} to ${FASTEST_SPEED}, or max`, {
  anyOf: [{ type: 'number', minimum: SLOWEST_SPEED, maximum: FASTEST_SPEED }, { const: 'max' }],
});

const maxGap = parsed(parseDuration, 'must be a time from 1ms to 86400s, such as 500ms or 2s', {
  type: 'string',
  pattern: '^\\d{1,8}(\\.\\d{1,3})?(ms|s)$',
});

export const socketParameters = z
  .strictObject({
    project: nameFilter.optional().describe('Only frames of this project; of all by default'),
    after: positionParameter
      .optional()
      .describe('What comes after this position first, then live; from now on by default'),
    until: positionParameter
      .optional()
      .describe('Replay up to and with this position, which the log has; then caught_up and close 1000'),
    speed: speed
      .optional()
      .describe('Replay at so many times its own pace, by recorded time; max: as fast as the client reads'),
    max_gap: maxGap
      .optional()
      .describe('Longer silences of a replay are shortened to this recorded time, such as 2s'),
    // Any word: one that is not this log's epoch is answered with a reset, which helps more than a refusal.
    epoch: nameFilter
      .transform((text) => text.toLowerCase())
      .optional()
      .describe('The log that after belongs to, as a hello named it; another log answers with a reset'),
  })
  .superRefine((given, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const { after, until } = given;
    if (after === undefined) {
      for (const name of ['until', 'speed'] as const)
        if (given[name] !== undefined) refuse(name, 'needs after');
    }
    if (after !== undefined && until !== undefined && until < after) {
      refuse('until', 'must not be smaller than after');
    }
    if (given.max_gap !== undefined && given.speed === undefined) refuse('max_gap', 'needs speed');
  });
/** `max_gap` in milliseconds. */
export type SocketParameters = z.infer<typeof socketParameters>;

function parseSpeed(text: string): ReplaySpeed | undefined {
  if (text === 'max') return 'max';
  return /^\d{1,2}(\.\d{1,3})?$/.test(text) ? replaySpeed.safeParse(Number(text)).data : undefined;
}

function parseDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,8}(?:\.\d{1,3})?)(ms|s)$/.exec(text) ?? [];
  const milliseconds = Number(amount) * (unit === 's' ? 1_000 : 1);
  return milliseconds >= 1 && milliseconds <= MAX_GAP_LIMIT ? milliseconds : undefined;
}
