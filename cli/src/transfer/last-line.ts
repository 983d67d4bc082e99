/** Last complete line of a file of events that may have been cut off. */
import type { FileHandle } from 'node:fs/promises';
import { MAX_LINE_BYTES } from './read-lines.js';

export interface LastLine {
  /** Text of the line without its line end; undefined when there is none, or it is longer than any event. */
  text: string | undefined;
  /** Bytes of the file up to and with the line's end; what follows is an incomplete line, or nothing. */
  end: number;
}

const NEWLINE = 0x0a;

/** Reads only the file's last bytes: enough for one line and an incomplete one. */
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
