/** Wire time as milliseconds since 1970. */
export function millisOf(time: string | null): number | null {
  return time === null ? null : Date.parse(time);
}
