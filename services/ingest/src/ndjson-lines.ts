import { refuseTooMany } from './batch-bounds.js';
import type { TimeSlice } from './time-slice.js';

const NEWLINE = 0x0a;
/** Bytes of blank lines that are looked at between two looks at the clock. */
const CHUNK_BYTES = 256 * 1024;

/** Lines as they were sent; blank ones between them mean nothing. */
export async function ndjsonLines(bytes: Buffer, slice: TimeSlice): Promise<Buffer[]> {
  const lines: Buffer[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length; ) {
    const stop = Math.min(bytes.length, at + CHUNK_BYTES);
    for (; at < stop && isBlank(bytes[at]); at++) if (bytes[at] === NEWLINE) start = at + 1;
    if (slice.isOver) await slice.yieldToEventLoop();
    if (at === stop) continue;
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline < 0 ? bytes.length : newline;
    lines.push(bytes.subarray(start, bytes[end - 1] === 0x0d ? end - 1 : end));
    refuseTooMany(lines.length);
    start = end + 1;
    at = start;
  }
  return lines;
}

const isBlank = (byte: number | undefined) =>
  byte === NEWLINE || byte === 0x20 || byte === 0x09 || byte === 0x0d;
