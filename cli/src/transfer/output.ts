/** Destination of exported events: a new file, a file to be resumed, or standard output. */
import { type FileHandle, open } from 'node:fs/promises';
import { type EventWithText, eventWithTextSchema } from '@att/contracts';
import { printText } from '../print/print.js';
import { cannot, FileError } from './errors.js';
import { findLastLine } from './last-line.js';

/** Last event of a file. */
export type LastEvent = EventWithText;

export interface Output {
  /** Last event that is there; undefined where there is none. */
  last: LastEvent | undefined;
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

export const STANDARD_OUTPUT: Output = { last: undefined, write: printText, close: async () => {} };

/** Output to a new file. @throws FileError also for a file that exists: it must not be overwritten */
export async function newFile(path: string): Promise<Output> {
  const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') return cannot('write', path)(error);
    throw new FileError(`${path} is there already: say --resume to go on with it, or name another file`);
  });
  return outputTo(file, path, undefined);
}

/**
 * Output that appends to a file, after cutting an incomplete last line; a file that does not exist is created.
 *
 * @throws FileError for a file of something else
 */
export async function resumedFile(path: string): Promise<Output> {
  const file = await open(path, 'r+').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? undefined : cannot('write', path)(error),
  );
  if (file === undefined) return newFile(path);
  try {
    const { size } = await file.stat();
    const { text, end } = await findLastLine(file);
    const last = text === undefined ? undefined : eventIn(text);
    // A file with an incomplete first line, and nothing else, may be anything.
    if (last === undefined && size > 0) throw new FileError(`${path} does not end with an exported event`);
    await file.truncate(end);
    return outputTo(file, path, last, end);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function eventIn(line: string): LastEvent | undefined {
  try {
    return eventWithTextSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function outputTo(file: FileHandle, path: string, last: LastEvent | undefined, start = 0): Output {
  let end = start;
  return {
    last,
    async write(text) {
      const bytes = Buffer.from(text, 'utf8');
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await file
          .write(bytes, done, bytes.length - done, end)
          .catch(cannot('write', path));
        done += bytesWritten;
        end += bytesWritten;
      }
    },
    async close() {
      try {
        await file.sync().catch(cannot('write', path));
      } finally {
        await file.close();
      }
    },
  };
}
