/** Times as `<input type="datetime-local">` has them: by the second, in the time of this computer. */

/** @param time milliseconds since 1970; undefined for an empty field */
export function localInput(time: number | undefined, rounded: 'down' | 'up'): string {
  if (time === undefined) return '';
  const second = (rounded === 'down' ? Math.floor : Math.ceil)(time / 1_000) * 1_000;
  const local = new Date(second - new Date(second).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

/** The time in UTC; undefined for an empty field. */
export function timeOfInput(text: string): string | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
