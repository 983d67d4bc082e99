/** Source of imported lines: a file, or standard input. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { cannot } from './errors.js';

export interface Input {
  /** @throws FileError */
  chunks: AsyncIterable<Uint8Array>;
  /** Bytes that were read so far. */
  bytes(): number;
  /** Bytes in all; undefined for a stream of unknown length. */
  size: number | undefined;
  /** Ends the reading, also while it waits for more. */
  close(): void;
}

/** @param path `-` is standard input */
export async function openInput(path: string): Promise<Input> {
  if (path === '-') return counted(process.stdin, 'standard input', undefined);
  const { size } = await stat(path).catch(cannot('read', path));
  return counted(createReadStream(path), path, size);
}

function counted(stream: Readable, name: string, size: number | undefined): Input {
  let bytes = 0;
  async function* chunks() {
    try {
      for await (const chunk of stream) {
        bytes += chunk.length;
        yield chunk;
      }
    } catch (error) {
      cannot('read', name)(error);
    }
  }
  return { chunks: chunks(), bytes: () => bytes, size, close: () => stream.destroy() };
}
