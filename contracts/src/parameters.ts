/** What query and path parameters are made of: text in, checked values out. */
import { z } from 'zod';
import { parseTimestamp } from './time.js';

/** A whole number in decimal digits. */
export const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(
      z
        .int(`must be a whole number from ${min} to ${max}`)
        .min(min, `must be a whole number from ${min} to ${max}`)
        .max(max, `must be a whole number from ${min} to ${max}`),
    );

/** Non-empty, and free of NUL, which no stored text has. */
export const filterText = z
  .string()
  .min(1, 'must not be empty')
  .refine((text) => !text.includes('\0'), 'must not contain NUL');

export const time = z.string().transform((value, context) => {
  const parsed = parseTimestamp(value);
  if (parsed !== undefined) return parsed;
  context.issues.push({
    code: 'custom',
    input: value,
    message: 'must be an RFC 3339 time, such as 2026-01-31T12:00:00Z',
  });
  return z.NEVER;
});

export const positionParameter = integer(0, Number.MAX_SAFE_INTEGER);

/** Wait up to 2 s for the projection to have this position; the log itself always has what it has. */
export const minPosition = { min_position: positionParameter.optional() };
export const paging = (maximum: number) => ({
  limit: integer(1, maximum).default(50),
  offset: integer(0, Number.MAX_SAFE_INTEGER).default(0),
});

/** Status words, several with commas. */
export const statusFilter = filterText
  .transform((list) => list.split(',').filter((word) => word !== ''))
  .refine((words) => words.length > 0, 'must name a status');
