/** Metadata of a task: merged key by key, and bounded as a whole. */
import { isJsonObject } from './json-object.js';

/** Bytes of the merged metadata as JSON in UTF-8. */
export const MAX_METADATA_BYTES = 64 * 1024;

export type Metadata = Record<string, unknown>;

/**
 * Merges what a report brings. A key that would take the whole past `MAX_METADATA_BYTES` is left out, and what was there under
 * it stays. Keys are tried in the order that the object has them, so the same reports always leave out the same ones.
 *
 * @returns `metadata` itself where nothing was brought
 */
export function mergeMetadata(
  metadata: Metadata,
  added: unknown,
): { metadata: Metadata; isTruncated: boolean } {
  if (!isJsonObject(added)) return { metadata, isTruncated: false };
  const size = sizeOf(metadata);
  const most = size.bytes + atMost(added);
  if (size.isExact || most > MAX_METADATA_BYTES) return mergeWhatFits(metadata, added, size);
  // Spread copies own keys only, and defines `__proto__` like any other key instead of setting the prototype.
  const merged = { ...metadata, ...added };
  sizes.set(merged, { bytes: most, isExact: false });
  return { metadata: merged, isTruncated: false };
}

function mergeWhatFits(
  metadata: Metadata,
  added: Metadata,
  size: Size,
): { metadata: Metadata; isTruncated: boolean } {
  let bytes = size.isExact ? size.bytes : exactBytes(metadata);
  const brought = Object.entries(added);
  const fitting = brought.filter(([key, value]) => {
    const before = Object.hasOwn(metadata, key) ? entryBytes(key, metadata[key]) : 0;
    const wanted = bytes - before + entryBytes(key, value);
    if (wanted > MAX_METADATA_BYTES) return false;
    bytes = wanted;
    return true;
  });
  // Unlike an assignment, this takes `__proto__` for a key like any other.
  const merged = fitting.length === 0 ? metadata : { ...metadata, ...Object.fromEntries(fitting) };
  sizes.set(merged, { bytes, isExact: true });
  return { metadata: merged, isTruncated: fitting.length < brought.length };
}

/** Bytes with a comma for each entry, and one brace: the other stands for the comma that the last entry has not. */
function exactBytes(metadata: Metadata): number {
  const bytes = utf8Bytes(JSON.stringify(metadata));
  return bytes === 2 ? 1 : bytes;
}

/** Bytes that an entry takes with its colon and its comma. */
function entryBytes(key: string, value: unknown): number {
  return utf8Bytes(JSON.stringify(key)) + utf8Bytes(JSON.stringify(value)) + 2;
}

/** Size of metadata: as `exactBytes` counts, or no less than that. */
interface Size {
  bytes: number;
  isExact: boolean;
}

/**
 * Sizes of metadata that was merged before: to measure the whole for each report would cost more than the rest of the fold.
 * A bound that is quick to tell grows with what is added; once it passes the limit the whole is measured, and its exact size
 * is kept from then on.
 */
const sizes = new WeakMap<Metadata, Size>();

function sizeOf(metadata: Metadata): Size {
  return sizes.get(metadata) ?? { bytes: atMost(metadata), isExact: false };
}

function atMost(metadata: Metadata): number {
  let bytes = 2;
  for (const key in metadata) bytes += 6 * key.length + 4 + valueAtMost(metadata[key]);
  return bytes;
}

/** A character of JSON takes at most the six bytes of an escape, a number 25. */
function valueAtMost(value: unknown): number {
  if (typeof value === 'string') return 6 * value.length + 2;
  if (typeof value !== 'object' || value === null) return 25;
  return 3 * JSON.stringify(value).length;
}

const encoder = new TextEncoder();

function utf8Bytes(text: string): number {
  return encoder.encode(text).length;
}
