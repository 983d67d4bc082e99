/** Metadata of a task: merged key by key, and bounded as a whole. */

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
  if (typeof added !== 'object' || added === null || Array.isArray(added))
    return { metadata, isTruncated: false };
  const most = sizeAtMost(metadata) + sizeAtMost(added as Metadata);
  if (most > MAX_METADATA_BYTES) return mergeWhatFits(metadata, added as Metadata);
  // Spread copies own keys only, and defines `__proto__` like any other key instead of setting the prototype.
  const merged = { ...metadata, ...added };
  sizes.set(merged, most);
  return { metadata: merged, isTruncated: false };
}

function mergeWhatFits(metadata: Metadata, added: Metadata): { metadata: Metadata; isTruncated: boolean } {
  const kept = new Map(Object.entries(metadata));
  // With a comma for each entry, and one brace: the other stands for the comma that the last entry has not.
  let bytes = kept.size === 0 ? 1 : utf8Bytes(JSON.stringify(metadata));
  let isTruncated = false;
  for (const [key, value] of Object.entries(added)) {
    const before = kept.has(key) ? entryBytes(key, kept.get(key)) : 0;
    const wanted = bytes - before + entryBytes(key, value);
    if (wanted > MAX_METADATA_BYTES) {
      isTruncated = true;
    } else {
      bytes = wanted;
      kept.set(key, value);
    }
  }
  // Unlike an assignment, this takes `__proto__` for a key like any other.
  const merged = Object.fromEntries(kept);
  sizes.set(merged, bytes + 1);
  return { metadata: merged, isTruncated };
}

/** Bytes that an entry takes with its colon and its comma. */
function entryBytes(key: string, value: unknown): number {
  return utf8Bytes(JSON.stringify(key)) + utf8Bytes(JSON.stringify(value)) + 2;
}

/**
 * Upper bounds of the bytes of metadata that was merged before. To measure the whole for each report would cost more than the
 * rest of the fold; a bound grows with what is added, and is measured anew when it passes the limit.
 */
const sizes = new WeakMap<Metadata, number>();

function sizeAtMost(metadata: Metadata): number {
  const known = sizes.get(metadata);
  if (known !== undefined) return known;
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
