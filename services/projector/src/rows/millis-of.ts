const WIRE_TIME_LENGTH = 24;
/** `2026-01-31T12:34:`, the minute of a wire time. */
const MINUTE_LENGTH = 17;
const ZERO = 0x30;
const DOT = 0x2e;
const Z = 0x5a;

/**
 * Wire time as milliseconds since 1970; NaN where it is none. `Date.parse` takes 0.23 µs, so the last time is remembered, which the
 * events of an append share, and the last minute, which the events of a batch share: another time of it takes 0.11 µs.
 */
export function millisOf(time: string): number {
  if (time === lastTime) return lastMillis;
  lastMillis = parse(time);
  lastTime = time;
  return lastMillis;
}

let lastTime = '';
let lastMillis = Number.NaN;
/** A time of the last minute, and when that began. */
let timeOfMinute = '';
let minute = Number.NaN;

function parse(time: string): number {
  const intoMinute = millisIntoMinute(time);
  if (Number.isNaN(intoMinute)) return Date.parse(time);
  if (isOfLastMinute(time)) return minute + intoMinute;
  const millis = Date.parse(time);
  timeOfMinute = time;
  minute = millis - intoMinute;
  return millis;
}

function isOfLastMinute(time: string): boolean {
  if (timeOfMinute === '') return false;
  // The end comes first, where minutes differ.
  for (let unit = MINUTE_LENGTH - 1; unit >= 0; unit--) {
    if (time.charCodeAt(unit) !== timeOfMinute.charCodeAt(unit)) return false;
  }
  return true;
}

/** Milliseconds of the `56.789Z` at the time's end; NaN where it has none. */
function millisIntoMinute(time: string): number {
  if (time.length !== WIRE_TIME_LENGTH || time.charCodeAt(19) !== DOT || time.charCodeAt(23) !== Z) {
    return Number.NaN;
  }
  const seconds = digit(time, 17) * 10 + digit(time, 18);
  const millis = digit(time, 20) * 100 + digit(time, 21) * 10 + digit(time, 22);
  return seconds < 60 ? seconds * 1000 + millis : Number.NaN;
}

function digit(time: string, unit: number): number {
  const value = time.charCodeAt(unit) - ZERO;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}
