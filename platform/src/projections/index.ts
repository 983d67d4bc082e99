/** What the projector and the readers of its tables must agree on. */

/**
 * Of each projection the version that this release writes and reads. It is raised with every change of the tables or of
 * the fold: another version is another generation.
 */
export const PROJECTION_VERSIONS = { tasks: 7, projects: 6, agents: 5, stats: 6, events: 2 } as const;
export type ProjectionName = keyof typeof PROJECTION_VERSIONS;
export const PROJECTION_NAMES = Object.keys(PROJECTION_VERSIONS) as readonly ProjectionName[];

/** A table of one generation, ready to stand in SQL. */
export function generationTable(table: string, generation: number): string {
  return `projection.${table}_g${generation}`;
}

/** Announced after each commit of the projector; the payload is the checkpoint. */
export const PROJECTION_CHANNEL = 'att_projection';

/** Positions of a chunk of the log, of which one row tells a little of each event. */
const CHUNK_SIZE = 256;

export const chunkOf = (position: number): number => Math.floor((position - 1) / CHUNK_SIZE);

export const firstOf = (chunk: number): number => chunk * CHUNK_SIZE + 1;

/** The same of SQL, and SQL of a chunk's first and last position. */
export const sqlChunkOf = (position: string): string => `((${position} - 1) / ${CHUNK_SIZE})`;
export const sqlFirstOf = (chunk: string): string => `(${chunk} * ${CHUNK_SIZE} + 1)`;
export const sqlLastOf = (chunk: string): string => `(${chunk} * ${CHUNK_SIZE} + ${CHUNK_SIZE})`;

/** Positions of a stretch of the log whose messages are searched together, once it is whole. */
export const MESSAGE_STRETCH = 1_024;

export const messageStretchOf = (position: number): number => Math.floor((position - 1) / MESSAGE_STRETCH);

/** SQL of the last position of the stretches that are whole at a checkpoint, and of a position's stretch. */
export const sqlMessagesUpTo = (checkpoint: string): string => sqlWholeUpTo(checkpoint, MESSAGE_STRETCH);
export const sqlMessageStretchOf = (position: string): string => `((${position} - 1) / ${MESSAGE_STRETCH})`;

/** Chunks of a group: the index of the log tells of a whole group in one row, a bit each. */
const GROUP_CHUNKS = 16;
const GROUP_SIZE = GROUP_CHUNKS * CHUNK_SIZE;

/** How many groups are whole at a checkpoint: they are the first ones, counted from 0. */
export const wholeGroups = (checkpoint: number): number => Math.floor(checkpoint / GROUP_SIZE);

/** The same of SQL: a position's group, its first and last position, and the last position of all whole groups. */
export const sqlGroupOf = (position: string): string => `((${position} - 1) / ${GROUP_SIZE})`;
export const sqlFirstOfGroup = (group: string): string => `(${group} * ${GROUP_SIZE} + 1)`;
export const sqlLastOfGroup = (group: string): string => `(${group} * ${GROUP_SIZE} + ${GROUP_SIZE})`;
export const sqlLastWhole = (checkpoint: string): string => sqlWholeUpTo(checkpoint, GROUP_SIZE);

/** SQL of the bit that a position's chunk has in its group, and of the chunks whose bits are set. */
export const sqlBitOf = (position: string): string =>
  `(1 << (${sqlChunkOf(position)} % ${GROUP_CHUNKS})::int)`;
export const sqlChunksOf = (group: string, bits: string): string =>
  `(SELECT ${group} * ${GROUP_CHUNKS} + bit AS chunk FROM generate_series(0, ${GROUP_CHUNKS - 1}) bit WHERE ${bits} >> bit & 1 = 1)`;

function sqlWholeUpTo(checkpoint: string, size: number): string {
  return `(${checkpoint} / ${size} * ${size})`;
}

/** The fields that events are found by, as the index names them; first those with the fewest events of a value. */
export const INDEXED_FIELDS = ['task_id', 'agent', 'project', 'type'] as const;
export type IndexedField = (typeof INDEXED_FIELDS)[number];
/** Announced with each act on a generation or a dead letter, when it commits: the register has changed. */
export const GENERATIONS_CHANNEL = 'att_generations';

/** What an event did to its task, and the letter that stands for it where a chunk's events have one each. */
export const STEP_LETTERS = { started: 's', progressed: 'p', completed: 'c', failed: 'f' } as const;
export type Step = keyof typeof STEP_LETTERS;

/** The end of a stretch that still goes on: past any position, and the largest that JavaScript holds exactly. */
export const OPEN_END = Number.MAX_SAFE_INTEGER;

export { heldAt } from './held-at.js';
export { hasTrigrams, searchKey } from './search-key.js';
