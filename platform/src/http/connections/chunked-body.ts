/**
 * Reads a chunked body (RFC 9112, 7.1) and frames it again, with one chunk for all bytes that arrived together. A sender can cut a body into
 * chunks of a byte each, with extensions and trailers; node:http would make an object and a call of every one.
 */
import type { Refusal } from './refusal.js';

const CR = 0x0d;
const LF = 0x0a;
const SEMICOLON = 0x3b;
/** Hexadecimal digits of a chunk's size; far more than any body may have. */
const MAX_SIZE_DIGITS = 8;
/** Bytes of extensions of all chunks, and of trailers: nothing here reads them. */
const MAX_IGNORED_BYTES = 8 * 1024;

type State = 'size' | 'extension' | 'size-end' | 'data' | 'data-cr' | 'data-lf' | 'trailer' | 'done';

export class ChunkedBody {
  #state: State = 'size';
  /** Digits read of the present size. */
  #digits = 0;
  /** Bytes left of the present chunk. */
  #left = 0;
  #ignored = 0;
  /** The present line of the trailer has a character. */
  #lineHasText = false;
  #sawCr = false;

  get isDone(): boolean {
    return this.#state === 'done';
  }

  /**
   * @returns text to pass on to node:http, and how many of the bytes belonged to the body
   */
  take(bytes: Buffer): { text: Buffer; used: number } | Refusal {
    const text = Buffer.allocUnsafe(MAX_SIZE_LINE + bytes.length + CRLF_AND_END.length);
    let end = MAX_SIZE_LINE;
    let at = 0;
    while (at < bytes.length && this.#state !== 'done') {
      if (this.#state === 'data') {
        const length = bytes.copy(text, end, at, at + this.#left);
        end += length;
        at += length;
        this.#left -= length;
        if (this.#left === 0) this.#state = 'data-cr';
        continue;
      }
      const detail = this.#step(bytes[at] as number);
      if (detail !== undefined) return { code: 'malformed_request', detail };
      at += 1;
    }
    return { text: framed(text, end, this.isDone), used: at };
  }

  /** @returns what is wrong */
  #step(byte: number): string | undefined {
    switch (this.#state) {
      case 'size':
        return this.#stepSize(byte);
      case 'extension':
        if (byte === CR) this.#state = 'size-end';
        else return this.#ignore(byte);
        return;
      case 'size-end':
        if (byte !== LF) return BROKEN_LINE;
        this.#digits = 0;
        this.#state = this.#left === 0 ? 'trailer' : 'data';
        return;
      case 'data-cr':
        if (byte !== CR) return 'A chunk is longer than its size says.';
        this.#state = 'data-lf';
        return;
      case 'data-lf':
        if (byte !== LF) return BROKEN_LINE;
        this.#state = 'size';
        return;
      default:
        return this.#stepTrailer(byte);
    }
  }

  #stepSize(byte: number): string | undefined {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#digits += 1;
      if (this.#digits > MAX_SIZE_DIGITS) return 'A chunk is too large.';
      this.#left = this.#left * 16 + digit;
      return;
    }
    if (this.#digits === 0) return 'A chunk has no size.';
    if (byte === CR) this.#state = 'size-end';
    else if (byte === SEMICOLON) this.#state = 'extension';
    else return 'The size of a chunk is no hexadecimal number.';
    return;
  }

  #stepTrailer(byte: number): string | undefined {
    if (this.#sawCr) {
      if (byte !== LF) return BROKEN_LINE;
      this.#sawCr = false;
      if (!this.#lineHasText) this.#state = 'done';
      this.#lineHasText = false;
      return;
    }
    if (byte === CR) {
      this.#sawCr = true;
      return;
    }
    this.#lineHasText = true;
    return this.#ignore(byte);
  }

  #ignore(byte: number): string | undefined {
    if (byte === LF || byte === 0) return BROKEN_LINE;
    this.#ignored += 1;
    if (this.#ignored > MAX_IGNORED_BYTES) return 'The extensions of chunks and the trailer are too large.';
    return;
  }
}

const BROKEN_LINE = 'A line of the chunked body is malformed.';
const CRLF_AND_END = Buffer.from('\r\n0\r\n\r\n');
const CRLF_BYTES = 2;
const MAX_SIZE_LINE = MAX_SIZE_DIGITS + CRLF_BYTES;

/** @param text has the data from MAX_SIZE_LINE to `end`, and room around it */
function framed(text: Buffer, end: number, isDone: boolean): Buffer {
  const length = end - MAX_SIZE_LINE;
  if (length === 0) return isDone ? CRLF_AND_END.subarray(CRLF_BYTES) : text.subarray(0, 0);
  const size = `${length.toString(16)}\r\n`;
  const start = MAX_SIZE_LINE - size.length;
  text.write(size, start, 'latin1');
  const tail = CRLF_AND_END.copy(text, end, 0, isDone ? CRLF_AND_END.length : CRLF_BYTES);
  return text.subarray(start, end + tail);
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
