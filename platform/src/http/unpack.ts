/** Bodies that come packed: `Content-Encoding: gzip`, bounded by what they unpack to. */
import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ProblemError } from './problem-error.js';

const unzip = promisify(gunzip);

/** Bytes by which gzip may lengthen what cannot be packed: a header with a file's name, and a few for each block. */
const OVERHEAD = 16 * 1024;

export function isPacked(headers: IncomingHttpHeaders): boolean {
  const encoding = headers['content-encoding'];
  return encoding !== undefined && /^\s*(?:x-)?gzip\s*$/i.test(encoding);
}

/** Bytes that a body may have as it comes. @param limit bytes that it may unpack to */
export function packedLimit(limit: number): number {
  return limit + OVERHEAD;
}

/**
 * Unpacking stops at the limit, so that a small body cannot become a large one in memory.
 *
 * @param limit bytes
 * @throws ProblemError body_too_large, malformed_encoding
 */
export async function unpack(packed: Buffer, limit: number): Promise<Buffer> {
  try {
    return await unzip(packed, { maxOutputLength: limit });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new ProblemError(
        'body_too_large',
        `The body may have at most ${limit} bytes once it is unpacked.`,
      );
    if (code?.startsWith('Z_') !== true) throw error;
    const what = code === 'Z_BUF_ERROR' ? 'ends too early' : 'is broken';
    throw new ProblemError('malformed_encoding', `The gzip data of the body ${what}.`);
  }
}
