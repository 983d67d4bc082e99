/** The statements of a batch: encoded as soon as they are folded, sent when those before it are written. */
import type { CopyIn, Statement } from './statement.js';

/** Encodes a statement's rows; undefined when there are none. */
export type Write = () => CopyIn | Statement | undefined;

/** Encoded changes of a fold. New rows may be written before all else. */
export type Encoded = readonly (CopyIn | Statement)[];

/** Rows become bytes outside of the heap at once: collections, which copy what outlives them, are a fifth of the time. */
export function encodeWrites(writes: readonly Write[]): Encoded {
  return writes.map((write) => write()).filter((encoded) => encoded !== undefined);
}
