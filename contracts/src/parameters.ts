/** Parts of query and path parameters: text in, checked values out. */
import { z } from 'zod';
import { nameOfSegment } from './routes/build-path.js';
import { parseTimestamp } from './time.js';
import { MAX_NAME_LENGTH } from './webhooks.js';
import { onTheWire } from './wire-form.js';

/** Characters of a search, which is at most a whole title, and of a cursor. */
const MAX_TEXT_LENGTH = 2_000;

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
    )
    .register(onTheWire, { wire: { type: 'integer', minimum: min, maximum: max } });

/** Non-empty, and free of NUL, which no stored text has. */
export const filterText = z
  .string()
  .min(1, 'must not be empty')
  .refine((text) => !text.includes('\0'), 'must not contain NUL');

const upTo = (characters: number) =>
  filterText.max(characters, `must not be longer than ${characters} characters`);

/** A project, task, agent or type by its whole name. */
export const nameFilter = upTo(MAX_NAME_LENGTH);
/** A name in a path. */
export const pathName = filterText
  .transform(nameOfSegment)
  .describe('Percent-encoded, slashes included; the names . and .. are written ~. and ~..');
/** A part of a text, in any case and script. */
export const partFilter = upTo(MAX_TEXT_LENGTH);

const TIME_HINT = 'must be an RFC 3339 time, such as 2026-01-31T12:00:00Z';

const DATE_TIME = { type: 'string', format: 'date-time' };
const DATE_OR_TIME = { anyOf: [{ type: 'string', format: 'date' }, DATE_TIME] };

/** A `+` that was not percent-encoded arrives as a space, and before an offset nothing else can have been meant. */
const parseTime = (text: string) => parseTimestamp(text.replace(/ (?=\d{2}:?\d{2}$)/, '+'));

export const time = parsed(parseTime, TIME_HINT, DATE_TIME);

/** A time, or a date that stands for the first millisecond of its day in UTC. */
export const fromDate = parsed(
  (text) => parseTime(isDate(text) ? `${text}T00:00:00Z` : text),
  dateHint(),
  DATE_OR_TIME,
);
/** A time, or a date that stands for the last millisecond of its day in UTC. */
export const toDate = parsed(
  (text) => parseTime(isDate(text) ? `${text}T23:59:59.999Z` : text),
  dateHint(),
  DATE_OR_TIME,
);

export const positionParameter = integer(0, Number.MAX_SAFE_INTEGER);

/** State of the past that a read asks for: that of a position of the log, or of a recorded time. */
export type AsOf = { position: number } | { time: string };

/** Digits are a position, all else must be a time. */
const asOf = parsed(
  parseAsOf,
  `must be a position from 0 to ${Number.MAX_SAFE_INTEGER} or an RFC 3339 time, such as 2026-01-31T12:00:00Z`,
  { anyOf: [{ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, DATE_TIME] },
);

/** Wait up to 2 s for the projection to have this position; the log itself always has what it has. */
export const minPosition = {
  min_position: positionParameter
    .optional()
    .describe('Wait up to 2 s until the answer is true for this position or a later one'),
};

/** Query that says which state of the world a read answers for. */
export const asOfQuery = {
  ...minPosition,
  as_of: asOf.optional().describe('Answer as at this position of the log, or at this time'),
};

/** `offset` and `cursor` exclude each other; where neither is given, the list begins at its start. */
export const paging = (maximum: number) => ({
  limit: integer(1, maximum).default(50),
  offset: integer(0, Number.MAX_SAFE_INTEGER).optional().describe('How many to leave out; not with cursor'),
  cursor: upTo(MAX_TEXT_LENGTH).optional().describe('Where a page ended: from the Link header of an answer'),
});

/** The query of a list that is read in pages. */
export const pagedQuery = <Shape extends ReturnType<typeof paging> & z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape).refine((query) => !('cursor' in query && 'offset' in query), {
    path: ['cursor'],
    message: 'cannot be given together with offset',
  });

/** Status words, several with commas. */
export const statusFilter = upTo(MAX_TEXT_LENGTH)
  .transform((list) => list.split(',').filter((word) => word !== ''))
  .refine((words) => words.length > 0, 'must name a status')
  .describe('Status words, several with commas');

/** Sort order by one of these fields, ascending; `-` makes it descending. */
export const sortBy = <const Field extends string>(...fields: readonly Field[]) => {
  const words = fields.flatMap((field) => [field, `-${field}` as const]);
  return z.enum(words as [Field | `-${Field}`], `must be one of ${words.join(', ')}`);
};

/** A text that `parse` understands; anything else is refused with `hint`. */
export function parsed<T>(
  parse: (text: string) => T | undefined,
  hint: string,
  wire: Record<string, unknown>,
) {
  return z
    .string()
    .transform((text, context) => {
      const value = parse(text);
      if (value !== undefined) return value;
      context.issues.push({ code: 'custom', input: text, message: hint });
      return z.NEVER;
    })
    .register(onTheWire, { wire });
}

function parseAsOf(text: string): AsOf | undefined {
  if (/^\d+$/.test(text)) {
    const position = Number(text);
    return Number.isSafeInteger(position) ? { position } : undefined;
  }
  const instant = parseTime(text);
  return instant === undefined ? undefined : { time: instant };
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}

function dateHint(): string {
  return 'must be a date or an RFC 3339 time, such as 2026-01-31 or 2026-01-31T12:00:00Z';
}
