/** The log in stretches of one length, counted from 0: the first begins at position 1. */

/** In TypeScript, and the same as SQL. */
export interface Stretches {
  /** Positions of each. */
  size: number;
  of(position: number): number;
  firstOf(stretch: number): number;
  /** How many are whole at a checkpoint: the first ones. */
  wholeAt(checkpoint: number): number;
  sqlOf(position: string): string;
  sqlFirstOf(stretch: string): string;
  sqlLastOf(stretch: string): string;
  /** The last position of those that are whole. */
  sqlWholeUpTo(checkpoint: string): string;
}

function stretchesOf(size: number): Stretches {
  return {
    size,
    of: (position) => Math.floor((position - 1) / size),
    firstOf: (stretch) => stretch * size + 1,
    wholeAt: (checkpoint) => Math.floor(checkpoint / size),
    sqlOf: (position) => `((${position} - 1) / ${size})`,
    sqlFirstOf: (stretch) => `(${stretch} * ${size} + 1)`,
    sqlLastOf: (stretch) => `(${stretch} * ${size} + ${size})`,
    sqlWholeUpTo: (checkpoint) => `(${checkpoint} / ${size} * ${size})`,
  };
}

/** Of each one row tells a little of each event. */
export const CHUNKS = stretchesOf(256);

/** Messages of each are searched together, once it is whole. */
export const MESSAGE_STRETCHES = stretchesOf(1_024);

/**
 * Of each the tasks that were reported on are kept, newest first, so that lists by the latest report pass over all of a
 * stretch's reports by its tasks. A stretch of one level is 64 of the one before.
 */
export const LATEST_LEVELS: readonly Stretches[] = [2 ** 10, 2 ** 16, 2 ** 22, 2 ** 28].map(stretchesOf);

/** Chunks of a group: the index of the log tells of a whole group in one row, a bit each. */
const GROUP_CHUNKS = 32;
export const GROUPS = stretchesOf(GROUP_CHUNKS * CHUNKS.size);

/** SQL of the bit that a position's chunk has in its group, and of the chunks whose bits are set. */
export const sqlBitOf = (position: string): string =>
  `(1 << (${CHUNKS.sqlOf(position)} % ${GROUP_CHUNKS})::int)`;
export const sqlChunksOf = (group: string, bits: string): string =>
  `(SELECT ${group} * ${GROUP_CHUNKS} + bit AS chunk FROM generate_series(0, ${GROUP_CHUNKS - 1}) bit WHERE ${bits} >> bit & 1 = 1)`;
