import { isLosslessNumber, isSafeNumber, type ParseOptions, parse } from 'lossless-json';

/**
 * Whether two texts are the same JSON: member order and white space do not matter, numbers are
 * compared by value where a double holds them exactly and by their text where it does not.
 */
export function sameJson(a: string, b: string): boolean {
  return a === b || same(parse(a, null, lastWins), parse(b, null, lastWins));
}

/** Takes the last of several members of one name, as JSON.parse does. */
const lastWins: ParseOptions = { onDuplicateKey: ({ newValue }) => newValue };

function same(a: unknown, b: unknown): boolean {
  if (isLosslessNumber(a) && isLosslessNumber(b)) {
    if (a.value === b.value) return true;
    return isSafeNumber(a.value) && isSafeNumber(b.value) && Number(a.value) === Number(b.value);
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => same(item, b[index]));
  }
  if (isRecord(a) && isRecord(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
    );
  }
  return a === b;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}
