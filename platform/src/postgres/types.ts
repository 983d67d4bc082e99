/**
 * How PostgreSQL's values reach JavaScript: bigint as number (positions stay far below 2^53), times as
 * the wire's text, and JSON as the text that was stored, so that nobody pays for a parse unasked.
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
 * "2026-01-31 12:00:00.5+00" → "2026-01-31T12:00:00.500Z". Connections run in UTC and stored times
 * are of the years 0001 to 9999, so the form is fixed but for trailing zeros of the fraction.
 */
export function wireTimeOf(text: string): string {
  if (text === lastText) return lastWireTime;
  const fraction = text[19] === '.' ? text.slice(20, -3) : '';
  lastText = text;
  lastWireTime = `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
  return lastWireTime;
}

/** The events of one append have one time: to make it once for all saves 250 bytes an event of the log. */
let lastText = '';
let lastWireTime = '';
