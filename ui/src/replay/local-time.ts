/**
 * Local times of `<input type="datetime-local">`: by the second, on the clock of a place.
 *
 * Clocks that are set back show an hour twice, and clocks that are set forward skip one, so a text stands for two instants
 * then, or for none. The offset from UTC is therefore a part of the choice, and not a guess.
 */

/** Offset of local time from UTC in milliseconds at an instant; it differs from summer to winter. */
export type OffsetAt = (instant: number) => number;

/** Offset in the time zone of this computer. */
export const localOffset: OffsetAt = (instant) => -new Date(instant).getTimezoneOffset() * 60_000;

const DAY_MS = 86_400_000;
/** Offsets reach from -12 to +14 h, so the instants of a local time are within a day of the same time in UTC. */
const AROUND_MS = DAY_MS;

/** Rounds to a whole second, as fields hold them. */
export function wholeSecond(instant: number, rounded: 'down' | 'up'): number {
  return (rounded === 'down' ? Math.floor : Math.ceil)(instant / 1_000) * 1_000;
}

/** @param instant a whole second, in milliseconds since 1970; undefined for an empty field */
export function localInput(instant: number | undefined, offsetAt: OffsetAt = localOffset): string {
  if (instant === undefined) return '';
  return new Date(instant + offsetAt(instant)).toISOString().slice(0, 19);
}

/** Instants at which clocks show `text`, earliest first: one as a rule, two where an hour repeats, none where it is skipped. */
export function instantsOf(text: string, offsetAt: OffsetAt = localOffset): number[] {
  const wall = wallOf(text);
  if (wall === undefined) return [];
  const instants = offsetsAround(wall, offsetAt).map((offset) => wall - offset);
  return instants.filter((instant) => instant + offsetAt(instant) === wall);
}

/**
 * Instant of a field. A time that clocks skip is as long after the skip as it would have been without one.
 *
 * @param previous instant of the field before: where two instants have the same text, the one with its offset is meant
 * @returns undefined for an empty field
 */
export function instantOf(
  text: string,
  previous: number | undefined,
  offsetAt: OffsetAt = localOffset,
): number | undefined {
  const wall = wallOf(text);
  if (wall === undefined) return undefined;
  const instants = instantsOf(text, offsetAt);
  const same = previous === undefined ? undefined : offsetAt(previous);
  const meant = instants.find((instant) => offsetAt(instant) === same) ?? instants[0];
  return meant ?? wall - offsetAt(wall - AROUND_MS);
}

/** Name of an offset, as `UTC+2` or `UTC-3:30`, to distinguish two instants with one text. */
export function offsetName(instant: number, offsetAt: OffsetAt = localOffset): string {
  const minutes = Math.round(offsetAt(instant) / 60_000);
  const hours = Math.floor(Math.abs(minutes) / 60);
  const rest = Math.abs(minutes) % 60;
  return `UTC${minutes < 0 ? '-' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

/** Text of a field read as UTC; fields leave out seconds that are 0. */
function wallOf(text: string): number | undefined {
  const wall = Date.parse(`${text}Z`);
  return text === '' || Number.isNaN(wall) ? undefined : wall;
}

/** Offsets near an instant, greatest first, so that the earliest instant comes first. */
function offsetsAround(wall: number, offsetAt: OffsetAt): number[] {
  const offsets = new Set([offsetAt(wall - AROUND_MS), offsetAt(wall + AROUND_MS)]);
  return [...offsets].sort((a, b) => b - a);
}
