/**
 * How PostgreSQL's values reach JavaScript: bigint as number (positions stay far below 2^53), times as
 * the wire's text, and JSON as the text that was stored, which is parsed only where it is needed.
 */
import pg from 'pg';

const { builtins } = pg.types;

const PARSERS = new Map<number, (text: string) => unknown>([
  [builtins.INT8, Number],
  [builtins.NUMERIC, Number],
  [builtins.TIMESTAMPTZ, wireTimeOf],
  [builtins.JSON, (text) => text],
  [builtins.JSONB, (text) => text],
]);

export const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text' | 'binary' = 'text') =>
    (format === 'text' ? PARSERS.get(oid) : undefined) ??
    pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

/**
 * "2026-01-31 12:00:00.5+00" → "2026-01-31T12:00:00.500Z", and "2026-01-31 21:00:00.5+09" likewise, as the offset
 * counts, whatever the session's zone is. Stored times are of the years 0001 to 9999.
 *
 * @throws when it is written in another style than ISO's
 */
export function wireTimeOf(text: string): string {
  if (text === lastText) return lastWireTime;
  const wireTime = isUtc(text) ? ofUtc(text) : ofAnyOffset(text);
  lastText = text;
  lastWireTime = wireTime;
  return wireTime;
}

/** The events of one append have one time: to make it once for all saves 250 bytes an event of the log. */
let lastText = '';
let lastWireTime = '';

const MINUS = 0x2d;
const BLANK = 0x20;

/** Parses by fixed places, as sessions run in UTC: a pattern takes five times as long. */
function isUtc(text: string): boolean {
  return (
    text.endsWith('+00') &&
    text.charCodeAt(4) === MINUS &&
    text.charCodeAt(10) === BLANK &&
    (text.length === 22 || text[19] === '.')
  );
}

/** The form is fixed but for trailing zeros of the fraction. */
function ofUtc(text: string): string {
  const fraction = text[19] === '.' ? text.slice(20, -3) : '';
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}

/** Zones of long ago differ from UTC by seconds, too. */
const ISO_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?)([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/;

function ofAnyOffset(text: string): string {
  const [, date, time, sign, hours, minutes = '0', seconds = '0'] = ISO_TIME.exec(text) ?? [];
  if (date === undefined || time === undefined) {
    throw new Error(`the database wrote a time that is not in ISO style: ${text}`);
  }
  const offset = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  const there = Date.parse(`${date}T${time.slice(0, 12)}Z`);
  return new Date(sign === '-' ? there + offset : there - offset).toISOString();
}
