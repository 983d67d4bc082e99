/**
 * Rows in COPY's binary format (PostgreSQL manual, COPY, Binary Format). Each type has a format of its own: `int8recv`,
 * `float8recv`, `textrecv`, `json_recv`, `timestamptz_recv`, `numeric_recv` and `array_recv` in src/backend/utils/adt.
 * Elements of arrays are written as fields are.
 */

/** The signature, no flags, and nothing more of a header. */
const HEADER = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const FIRST_NON_ASCII = 0x80;
/** Units of a text up to which a loop over it is faster than a call into Node. */
const SHORT = 128;
/** Milliseconds from 1970 to 2000, where PostgreSQL's time begins. */
const POSTGRES_EPOCH = 946_684_800_000;
const MICROS_OF_MILLI = 1000;
const MAX_INT64 = 2 ** 63;
/** Base of numerics: their digits have four decimals each. */
const NUMERIC_BASE = 10_000;
const NUMERIC_DECIMALS = 4;
const NUMERIC_NEGATIVE = 0x4000;
/** Bytes of a field's length. */
const LENGTH = 4;

/** Encoder that writes bytes at once: strings and BigInts in between would be garbage, whose collection is a fifth of this thread's time. */
export class CopyBinary {
  #bytes: Buffer;
  #length = 0;

  /** @param size bytes that are likely to be written; it grows beyond them */
  constructor(size: number) {
    this.#bytes = Buffer.allocUnsafeSlow(size);
  }

  /** Bytes. */
  get length(): number {
    return this.#length;
  }

  /** Returns the bytes that were written, and ends the writing. */
  end(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Writes the header, before the first row. */
  header(): void {
    this.#reserve(HEADER.length);
    this.#bytes.set(HEADER, this.#length);
    this.#length += HEADER.length;
  }

  /** Begins a row. */
  row(fields: number): void {
    this.#reserve(2);
    this.#int16(fields);
  }

  /** Writes the trailer, behind the last row. */
  trailer(): void {
    this.#reserve(2);
    this.#int16(-1);
  }

  null(): void {
    this.#reserve(LENGTH);
    this.#int32(-1);
  }

  /** A bigint. @throws RangeError what is not whole, or not of 64 bits */
  int64(value: number): void {
    if (!Number.isInteger(value) || value >= MAX_INT64 || value < -MAX_INT64) {
      throw new RangeError(`${value} is no bigint`);
    }
    this.#eightBytes(value);
  }

  boolean(value: boolean): void {
    this.#reserve(LENGTH + 1);
    this.#int32(1);
    this.#bytes[this.#length] = value ? 1 : 0;
    this.#length += 1;
  }

  /** A double precision. */
  float64(value: number): void {
    this.#reserve(LENGTH + 8);
    this.#int32(8);
    this.#length = this.#bytes.writeDoubleBE(value, this.#length);
  }

  /** A text or a json, as UTF-8; half a surrogate pair becomes U+FFFD. */
  text(value: string): void {
    // UTF-8 has at most three bytes for a unit of UTF-16; for a long text that would be much to set aside.
    this.#reserve(LENGTH + (value.length > SHORT ? Buffer.byteLength(value) : value.length * 3));
    if (value.length > SHORT || !this.#ascii(value)) this.#utf8(value);
  }

  /** A timestamptz. @param millis since 1970 @throws RangeError NaN, which is what text that is no time is parsed to */
  time(millis: number): void {
    if (Number.isNaN(millis)) throw new RangeError('no time');
    const micros = (millis - POSTGRES_EPOCH) * MICROS_OF_MILLI;
    if (Number.isSafeInteger(micros)) {
      this.#eightBytes(micros);
      return;
    }
    // A number cannot hold microseconds past the year 2285.
    this.#reserve(LENGTH + 8);
    this.#int32(8);
    const exact = BigInt(millis - POSTGRES_EPOCH) * BigInt(MICROS_OF_MILLI);
    this.#length = this.#bytes.writeBigInt64BE(exact, this.#length);
  }

  /** A whole numeric of any size. */
  numeric(value: bigint): void {
    const number = Number(value);
    if (Number.isSafeInteger(number)) this.#smallNumeric(number);
    else this.#largeNumeric(value);
  }

  /** Begins an array, behind which `count` elements follow. @returns what `endArray` wants */
  beginArray(elementOid: number, count: number): number {
    this.#reserve(LENGTH + 20);
    const start = this.#length;
    this.#length += LENGTH;
    // An array of nothing has no dimension.
    this.#int32(count === 0 ? 0 : 1);
    // Whether any is null, for which PostgreSQL looks itself.
    this.#int32(0);
    this.#int32(elementOid);
    if (count === 0) return start;
    this.#int32(count);
    // The number of its first element.
    this.#int32(1);
    return start;
  }

  /** @param start what `beginArray` returned */
  endArray(start: number): void {
    const end = this.#length;
    this.#length = start;
    this.#int32(end - start - LENGTH);
    this.#length = end;
  }

  /** @returns false where the text is not ASCII: nothing is written of it then */
  #ascii(value: string): boolean {
    const bytes = this.#bytes;
    let at = this.#length + LENGTH;
    for (let unit = 0; unit < value.length; unit++) {
      const code = value.charCodeAt(unit);
      if (code >= FIRST_NON_ASCII) return false;
      bytes[at++] = code;
    }
    this.#int32(value.length);
    this.#length = at;
    return true;
  }

  #utf8(value: string): void {
    const written = this.#bytes.write(value, this.#length + LENGTH, 'utf8');
    this.#int32(written);
    this.#length += written;
  }

  #smallNumeric(value: number): void {
    let rest = Math.abs(value);
    let count = 0;
    for (let power = 1; power <= rest; power *= NUMERIC_BASE) count += 1;
    this.#numericHead(count, value < 0);
    this.#length += 2 * count;
    const bytes = this.#bytes;
    // The last digit is written first.
    for (let at = this.#length; rest > 0; ) {
      const higher = Math.floor(rest / NUMERIC_BASE);
      const digit = rest - higher * NUMERIC_BASE;
      bytes[--at] = digit;
      bytes[--at] = digit >>> 8;
      rest = higher;
    }
  }

  #largeNumeric(value: bigint): void {
    const decimals = String(value < 0n ? -value : value);
    const count = Math.ceil(decimals.length / NUMERIC_DECIMALS);
    this.#numericHead(count, value < 0n);
    let end = decimals.length - (count - 1) * NUMERIC_DECIMALS;
    for (let start = 0; start < decimals.length; end += NUMERIC_DECIMALS) {
      this.#int16(Number(decimals.slice(start, end)));
      start = end;
    }
  }

  /** Length, count of digits, weight of the first, sign, and decimals behind the point. Room is made for the digits too. */
  #numericHead(count: number, isNegative: boolean): void {
    const length = 8 + 2 * count;
    this.#reserve(LENGTH + length);
    this.#int32(length);
    this.#int16(count);
    this.#int16(count - 1);
    this.#int16(isNegative ? NUMERIC_NEGATIVE : 0);
    this.#int16(0);
  }

  /** Writes eight bytes in halves, as BigInts would be an object or two for each value. */
  #eightBytes(value: number): void {
    this.#reserve(LENGTH + 8);
    const high = Math.floor(value / 2 ** 32);
    this.#int32(8);
    this.#int32(high);
    this.#int32(value - high * 2 ** 32);
  }

  /** Byte by byte: a DataView takes twice as long. */
  #int32(value: number): void {
    const bytes = this.#bytes;
    const at = this.#length;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
    this.#length = at + 4;
  }

  #int16(value: number): void {
    const bytes = this.#bytes;
    const at = this.#length;
    bytes[at] = value >>> 8;
    bytes[at + 1] = value;
    this.#length = at + 2;
  }

  #reserve(count: number): void {
    const wanted = this.#length + count;
    if (wanted > this.#bytes.length) this.#bytes = grown(this.#bytes, this.#length, wanted);
  }
}

/** Larger buffer with the first `used` bytes of `bytes`, for `wanted` and more: it doubles at least. */
export function grown(bytes: Buffer, used: number, wanted: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.max(wanted, 2 * bytes.length));
  bytes.copy(larger, 0, 0, used);
  return larger;
}
