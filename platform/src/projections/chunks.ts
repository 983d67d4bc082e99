/** Chunks of the log, all of one length and counted from 0: the first begins at position 1. */

/** Arithmetic of chunks, in TypeScript, and the same as SQL. */
export interface Chunks {
  /** Positions of a chunk. */
  size: number;
  /** Number of the chunk that has the position. */
  of(position: number): number;
  firstOf(chunk: number): number;
  /** Number of chunks that are whole at a checkpoint: the first ones. */
  wholeAt(checkpoint: number): number;
  sqlOf(position: string): string;
  sqlFirstOf(chunk: string): string;
  sqlLastOf(chunk: string): string;
  /** SQL of the last position of the chunks that are whole. */
  sqlWholeUpTo(checkpoint: string): string;
}

function chunksOf(size: number): Chunks {
  return {
    size,
    of: (position) => Math.floor((position - 1) / size),
    firstOf: (chunk) => chunk * size + 1,
    wholeAt: (checkpoint) => Math.floor(checkpoint / size),
    sqlOf: (position) => `((${position} - 1) / ${size})`,
    sqlFirstOf: (chunk) => `(${chunk} * ${size} + 1)`,
    sqlLastOf: (chunk) => `(${chunk} * ${size} + ${size})`,
    sqlWholeUpTo: (checkpoint) => `(${checkpoint} / ${size} * ${size})`,
  };
}

/** Chunks of the log: the unit of its index, and of the rows of step codes. */
export const EVENT_CHUNKS = chunksOf(256);

/** Chunks whose messages are searched together, once they are whole. */
export const MESSAGE_CHUNKS = chunksOf(1_024);

/**
 * Chunks whose tasks are kept by their latest reports, newest first, so that lists by the latest report go through a chunk's tasks
 * and not through all its reports. A chunk of one level is 64 of the level before.
 */
export const LATEST_LEVELS: readonly Chunks[] = [2 ** 10, 2 ** 16, 2 ** 22, 2 ** 28].map(chunksOf);

/** Event chunks of a group: a row of the log's index has a bit for each. */
const GROUP_CHUNKS = 32;
export const CHUNK_GROUPS = chunksOf(GROUP_CHUNKS * EVENT_CHUNKS.size);

/** SQL of the bit that a position's chunk has in its group. */
export const sqlBitOf = (position: string): string =>
  `(1 << (${EVENT_CHUNKS.sqlOf(position)} % ${GROUP_CHUNKS})::int)`;
/** SQL of the chunks whose bits are set. */
export const sqlChunksOf = (group: string, bits: string): string =>
  `(SELECT ${group} * ${GROUP_CHUNKS} + bit AS chunk FROM generate_series(0, ${GROUP_CHUNKS - 1}) bit WHERE ${bits} >> bit & 1 = 1)`;
