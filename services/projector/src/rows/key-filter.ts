/**
 * Bloom filter (B. H. Bloom, 1970): it never says no of a key that was added, and seldom yes of another. Its size is fixed, so that
 * it errs more often the more keys were added.
 */

/** Bits of the filter, a power of two: 2 MiB, in which a million keys make it err in 1 of 500. */
const BITS = 2 ** 24;
const PROBES = 4;
/** FNV-1a of 32 bits (Fowler, Noll, Vo), from its own start and from another. */
const FNV_PRIME = 0x01000193;
const FNV_START = 0x811c9dc5;
const OTHER_START = 0x9747b28c;

export class KeyFilter {
  readonly #words = new Uint32Array(BITS / 32);

  add(key: string): void {
    const [first, step] = hashesOf(key);
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = (first + probe * step) & (BITS - 1);
      this.#words[bit >>> 5] = (this.#words[bit >>> 5] as number) | (1 << (bit & 31));
    }
  }

  mayHave(key: string): boolean {
    const [first, step] = hashesOf(key);
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = (first + probe * step) & (BITS - 1);
      if (((this.#words[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return false;
    }
    return true;
  }
}

/**
 * First bit of a key, and the step to each further one: two hashes give any number of others (Kirsch, Mitzenmacher, 2006). Both are
 * mixed in the end: the low bits of FNV are so alike for keys that end in numbers that the filter erred four times as often.
 */
function hashesOf(key: string): [first: number, step: number] {
  let first = FNV_START;
  let step = OTHER_START;
  for (let unit = 0; unit < key.length; unit++) {
    const code = key.charCodeAt(unit);
    first = Math.imul(first ^ code, FNV_PRIME);
    step = Math.imul(step ^ code, FNV_PRIME);
  }
  return [mixed(first), mixed(step) | 1];
}

/** The finish of MurmurHash3 (A. Appleby), by which each bit depends on all. */
function mixed(hash: number): number {
  let bits = hash ^ (hash >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
