/** Arrays of numbers and times as PostgreSQL's text (manual, Arrays, Array Input and Output Syntax): one an `unnest` leaves whole. */

import { grown } from './copy-binary.js';

const MINUS = 0x2d;
const COMMA = 0x2c;
const ZERO = 0x30;
const OPEN = 0x7b;
const CLOSE = 0x7d;
/** Characters of an integer of 53 bits, with its sign. */
const MAX_DIGITS = 17;
/** Largest integer that is divided as one, in a tenth of the time that doubles take. */
const MAX_INT32 = 2 ** 31 - 1;

/** Items as bytes at once, and one text a literal, as a text for each item and each comma would be the collector's. */
export class ArrayLiteral {
  #bytes: Buffer;
  #length = 0;

  /** @param size bytes that a literal is likely to have; it grows beyond them */
  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafeSlow(size);
  }

  /** The literal of the items that were added, such as `{1,NULL,2}`. The next one begins. */
  take(): string {
    this.#begin(0);
    if (this.#length === 1) this.#reserve(1);
    else this.#length -= 1;
    this.#bytes[this.#length++] = CLOSE;
    const literal = this.#bytes.toString('latin1', 0, this.#length);
    this.#length = 0;
    return literal;
  }

  null(): void {
    this.plain('NULL');
  }

  /** ASCII without commas, braces, quotes, backslashes and blanks. */
  plain(item: string): void {
    this.#begin(item.length + 1);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let unit = 0; unit < item.length; unit++) bytes[at++] = item.charCodeAt(unit);
    bytes[at++] = COMMA;
    this.#length = at;
  }

  number(item: number): void {
    if (Number.isSafeInteger(item)) this.#integer(item);
    else this.plain(String(item));
  }

  #integer(item: number): void {
    this.#begin(MAX_DIGITS + 1);
    const bytes = this.#bytes;
    let rest = item;
    if (rest < 0) {
      bytes[this.#length++] = MINUS;
      rest = -rest;
    }
    let at = this.#length + digitsOf(rest);
    bytes[at] = COMMA;
    this.#length = at + 1;
    while (rest > MAX_INT32) {
      const tenth = Math.floor(rest / 10);
      bytes[--at] = ZERO + (rest - tenth * 10);
      rest = tenth;
    }
    let small = rest | 0;
    do {
      const tenth = (small / 10) | 0;
      bytes[--at] = ZERO + (small - tenth * 10);
      small = tenth;
    } while (small > 0);
  }

  /** Makes room for so many bytes, and opens the literal. */
  #begin(count: number): void {
    this.#reserve(count + 1);
    if (this.#length === 0) this.#bytes[this.#length++] = OPEN;
  }

  #reserve(count: number): void {
    const wanted = this.#length + count;
    if (wanted > this.#bytes.length) this.#bytes = grown(this.#bytes, this.#length, wanted);
  }
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let power = 10; power <= value; power *= 10) digits += 1;
  return digits;
}
