/** Lines of a stream of bytes, one at a time, however long the stream is. */
import { MAX_BODY_BYTES } from '@att/contracts';

/** A payload as a string of JSON takes twice its bytes at most, and the rest of an event a few KiB. */
export const MAX_LINE_BYTES = 2 * MAX_BODY_BYTES + 64 * 1024;

export interface Line {
  /** Number of the line, from 1. */
  number: number;
  /** Bytes without the line end; undefined when there are more than `maxBytes`. */
  bytes: Buffer | undefined;
}

const NEWLINE = 0x0a;

/** @param maxBytes of a line that are kept */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<Line, void, undefined> {
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;
  const add = (part: Buffer) => {
    length += part.length;
    // Nothing of a line that is too long is kept; its bytes are only counted.
    if (length <= maxBytes) parts.push(part);
    else parts = [];
  };
  const take = (): Line => {
    const bytes = length > maxBytes ? undefined : parts.length === 1 ? parts[0] : Buffer.concat(parts);
    parts = [];
    length = 0;
    number += 1;
    return { number, bytes };
  };
  for await (const chunk of chunks) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = buffer.indexOf(NEWLINE); end >= 0; end = buffer.indexOf(NEWLINE, start)) {
      add(buffer.subarray(start, end));
      yield take();
      start = end + 1;
    }
    if (start < buffer.length) add(buffer.subarray(start));
  }
  if (length > 0) yield take();
}
