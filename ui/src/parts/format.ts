/** Times and durations as text. */
import { LOCALE } from '../text';

const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'always', style: 'narrow' });
const absolute = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'long' });
const clock = new Intl.DateTimeFormat(LOCALE, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const percent = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1, roundingMode: 'trunc' });
const whole = new Intl.NumberFormat(LOCALE);

/** Age of `time` at `now`; a time in the future, by a clock that is ahead, is "now". */
export function age(time: string, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(time)) / 1_000));
  if (seconds < 2) return 'now';
  if (seconds < 60) return relative.format(-seconds, 'second');
  if (seconds < 3_600) return relative.format(-Math.floor(seconds / 60), 'minute');
  if (seconds < 86_400) return relative.format(-Math.floor(seconds / 3_600), 'hour');
  return relative.format(-Math.floor(seconds / 86_400), 'day');
}

export function fullTime(time: string): string {
  return absolute.format(new Date(time));
}

export function clockTime(time: string): string {
  return clock.format(new Date(time));
}

/** Longest duration in days; more is shown as `> 99,999 d`, since senders may report any number of seconds. */
const MAX_DAYS = 99_999;

const UNITS = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3_600 },
  { name: 'm', seconds: 60 },
  { name: 's', seconds: 1 },
] as const;

/**
 * Duration in its two largest units: `1.2 s`, `3 m 20 s`, `2 h 5 m`, `4 d 3 h`. It is rounded before its units
 * are chosen: 59.6 s are `1 m`, never `60 s`.
 */
export function duration(seconds: number): string {
  const tenths = Math.round(Math.max(0, seconds) * 10) / 10;
  if (tenths < 10) return `${tenths} s`;
  if (tenths >= (MAX_DAYS + 1) * 86_400) return `> ${whole.format(MAX_DAYS)} d`;
  const rounded = Math.round(seconds);
  const first = UNITS.findIndex((unit) => rounded >= unit.seconds);
  const large = UNITS[first] ?? UNITS[3];
  const small = UNITS[first + 1];
  const amount = `${whole.format(Math.floor(rounded / large.seconds))} ${large.name}`;
  const rest = small === undefined ? 0 : Math.floor((rounded % large.seconds) / small.seconds);
  return rest === 0 || small === undefined ? amount : `${amount} ${rest} ${small.name}`;
}

/** Per cent, rounded down: 99.97 is not yet 100. */
export function progress(value: number): string {
  return `${percent.format(value)}%`;
}

/** Value as indented JSON; a string is shown as it is. */
export function pretty(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? 'null');
}
