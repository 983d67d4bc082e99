/** Collects a head that comes in pieces; each may be a byte. */
import type { Refusal } from './refusal.js';
import { MAX_HEAD_BYTES, tooLarge } from './request-head.js';

const CR = 0x0d;
const LF = 0x0a;
/** Bytes of empty lines before a request that are passed over (RFC 9112, 2.2). */
const MAX_EMPTY_BYTES = 8;
const CAPACITY = MAX_HEAD_BYTES + MAX_EMPTY_BYTES;

export class HeadBytes {
  #bytes: Buffer | undefined;
  #length = 0;
  #isOwn = false;

  get isEmpty(): boolean {
    return this.#bytes === undefined;
  }

  start(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#length = bytes.length;
    this.#isOwn = false;
  }

  clear(): void {
    this.#bytes = undefined;
  }

  /** @returns all bytes so far, when a line may have ended with the chunk or they are too many */
  add(chunk: Buffer): Buffer | undefined {
    const before = this.#bytes?.subarray(0, this.#length) ?? chunk.subarray(0, 0);
    if (this.#length + chunk.length > CAPACITY) return Buffer.concat([before, chunk]);
    if (!this.#isOwn) {
      // The shared pool is not used: a slow sender would hold a piece of it.
      this.#bytes = Buffer.allocUnsafeSlow(CAPACITY);
      before.copy(this.#bytes);
      this.#isOwn = true;
    }
    chunk.copy(this.#bytes as Buffer, this.#length);
    this.#length += chunk.length;
    return chunk.includes(LF) ? this.#bytes?.subarray(0, this.#length) : undefined;
  }
}

/** Start of the request behind empty lines, which some senders put behind a body. */
export function afterEmptyLines(bytes: Buffer): number {
  let start = 0;
  while (start < MAX_EMPTY_BYTES && bytes[start] === CR && bytes[start + 1] === LF) start += 2;
  return start;
}

/**
 * The refusal of a head, as far as it has come; undefined while it may still be right.
 *
 * @param text up to the empty line, where it has one
 */
export function refusalOfHead(text: string, isWhole: boolean): Refusal | undefined {
  if (!/^(?:[!-~]|\r?$)/.test(text)) return malformed('This is no HTTP request.');
  if (!isWhole && text.length >= MAX_HEAD_BYTES) {
    return tooLarge(`The head may have at most ${MAX_HEAD_BYTES / 1024} KiB.`);
  }
  if (/(?:^|[^\r])\n|\r[^\n]/.test(text)) return malformed('Lines of the head must end with CR and LF.');
  return undefined;
}

const malformed = (detail: string): Refusal => ({ code: 'malformed_request', detail });
