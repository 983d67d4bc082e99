/** Times and lengths of time, for people. */
import { LOCALE } from '../text';

const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'always', style: 'narrow' });
const absolute = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'long' });
const clock = new Intl.DateTimeFormat(LOCALE, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const percent = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });

/** How long ago `time` was at `now`; a clock that is ahead of ours makes it "now". */
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

/** A length of time in its two largest units: `1.2 s`, `3 m 20 s`, `2 h 5 m`, `4 d 3 h`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)} s`;
  const rounded = Math.round(seconds);
  const [large, small, size, unit] =
    rounded < 3_600
      ? ['m', 's', 60, 1]
      : rounded < 86_400
        ? ['h', 'm', 3_600, 60]
        : ['d', 'h', 86_400, 3_600];
  const rest = Math.floor((rounded % (size as number)) / (unit as number));
  const whole = `${Math.floor(rounded / (size as number))} ${large}`;
  return rest === 0 ? whole : `${whole} ${rest} ${small}`;
}

export function progress(value: number): string {
  return `${percent.format(value)}%`;
}

/** JSON as people read it; text is shown as it is. */
export function pretty(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? 'null');
}
