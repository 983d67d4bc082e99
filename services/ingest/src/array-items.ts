/** Finds the items of a JSON array in its bytes, without parsing it: each is then parsed alone, or refused alone. */
import { MAX_JSON_DEPTH } from '@att/contracts';
import { ProblemError } from '@att/platform/http';
import { refuseTooMany } from './batch-bounds.js';
import type { TimeSlice } from './time-slice.js';

/** Levels at which a whole batch is given up: no sender nests so deep but to do harm. */
const HOPELESS_DEPTH = 10 * MAX_JSON_DEPTH;
/** Bytes that are looked at between two looks at the clock. */
const CHUNK_BYTES = 256 * 1024;

export const isArray = (bytes: Buffer): boolean => bytes[skipBlanks(bytes, 0)] === 0x5b;

/**
 * The bytes of each item, without the white space around it. They are JSON of their own, or no JSON.
 *
 * @param bytes of an array, as far as it begins
 * @throws ProblemError malformed_json, too_many_items, too_deep
 */
export async function arrayItems(bytes: Buffer, slice: TimeSlice): Promise<Buffer[]> {
  const scan = new ArrayScan(bytes);
  while (!scan.isDone) {
    scan.goOn(CHUNK_BYTES);
    if (slice.isOver) await slice.yieldToEventLoop();
  }
  return scan.items;
}

class ArrayScan {
  readonly items: Buffer[] = [];
  readonly #bytes: Buffer;
  #at: number;
  #depth = 1;
  #itemStart: number;
  isDone = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#at = skipBlanks(bytes, 0) + 1;
    this.#itemStart = this.#at;
  }

  /** Looks at so many bytes, or until a string that goes beyond them has ended. */
  goOn(count: number): void {
    const bytes = this.#bytes;
    const end = Math.min(bytes.length, this.#at + count);
    let at = this.#at;
    for (; at < end && !this.isDone; at++) {
      switch (bytes[at]) {
        case 0x22: // "
          at = endOfString(bytes, at);
          break;
        case 0x5b: // [
        case 0x7b: // {
          if (++this.#depth > HOPELESS_DEPTH) throw tooDeep();
          break;
        case 0x5d: // ]
        case 0x7d: // }
          if (--this.#depth === 0) this.#finish(at);
          break;
        case 0x2c: // ,
          if (this.#depth === 1) this.#take(at);
          break;
      }
    }
    this.#at = at;
    if (!this.isDone && at >= bytes.length) throw malformed('The JSON ends too early.');
  }

  #take(end: number): void {
    const start = skipBlanks(this.#bytes, this.#itemStart);
    let last = end;
    while (last > start && isBlank(this.#bytes[last - 1])) last -= 1;
    if (last <= start) throw malformed(`The JSON is broken at position ${end}.`);
    this.items.push(this.#bytes.subarray(start, last));
    this.#itemStart = end + 1;
    refuseTooMany(this.items.length);
  }

  #finish(end: number): void {
    const bytes = this.#bytes;
    if (bytes[end] !== 0x5d) throw malformed(`The JSON is broken at position ${end}.`);
    const isEmpty = this.items.length === 0 && skipBlanks(bytes, this.#itemStart) === end;
    if (!isEmpty) this.#take(end);
    const rest = skipBlanks(bytes, end + 1);
    if (rest < bytes.length) throw malformed(`The JSON is broken at position ${rest}.`);
    this.isDone = true;
  }
}

/** Index of the quote that closes the string opened at `start`. */
function endOfString(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x5c) at += 1;
    else if (byte === 0x22) return at;
  }
  return bytes.length;
}

function skipBlanks(bytes: Buffer, start: number): number {
  let at = start;
  while (isBlank(bytes[at])) at += 1;
  return at;
}

const isBlank = (byte: number | undefined) =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

const malformed = (detail: string) => new ProblemError('malformed_json', detail);

function tooDeep(): ProblemError {
  return new ProblemError(
    'too_deep',
    `An item may be nested ${MAX_JSON_DEPTH} levels deep; nothing of a batch that goes beyond ${HOPELESS_DEPTH} is read.`,
  );
}
