/** Where a file of events was cut off. */
import type { FileHandle } from 'node:fs/promises';
import { MAX_LINE_BYTES } from './read-lines.js';

export interface LastLine {
  /** Without its end; undefined when there is none, or it is longer than any event. */
  text: string | undefined;
  /** Bytes of the file up to and with the line's end: behind them is half a line, or nothing. */
  end: number;
}

const NEWLINE = 0x0a;

/** Looks at the file's last bytes alone, however large it is: the line, and the half of one behind it. */
export async function findLastLine(file: FileHandle): Promise<LastLine> {
  const { size } = await file.stat();
  const start = Math.max(0, size - 2 * MAX_LINE_BYTES);
  const bytes = Buffer.alloc(size - start);
  await file.read(bytes, 0, bytes.length, start);
  const last = bytes.lastIndexOf(NEWLINE);
  if (last < 0) return { text: undefined, end: 0 };
  const before = last === 0 ? -1 : bytes.lastIndexOf(NEWLINE, last - 1);
  const isCut = before < 0 && start > 0;
  return { text: isCut ? undefined : bytes.toString('utf8', before + 1, last), end: start + last + 1 };
}
