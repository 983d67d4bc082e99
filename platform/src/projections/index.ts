/** Agreements between the projector and the readers of its tables. */

/** Channel of the projector's commits; the payload is the checkpoint. */
export const PROJECTION_CHANNEL = 'att_projection';

/** Fields that events are found by, as the index names them: first the fields with the fewest events of a value. */
export const INDEXED_FIELDS = ['task_id', 'agent', 'project', 'actor', 'type'] as const;
export type IndexedField = (typeof INDEXED_FIELDS)[number];
/** Name under which the index has the UTC days (`2026-01-31`) on which events happened, or were recorded when the report had no time. */
export const INDEXED_DAY = 'day';
/** SQL of the time at which an event of `log.events` happened. */
export const SQL_HAPPENED_AT = 'coalesce(occurred_at, recorded_at)';
/** Channel of the register's changes: notified when a command on a generation or a dead letter commits. */
export const GENERATIONS_CHANNEL = 'att_generations';

/** Effects of an event on its task, each with the step code that stands for it where a chunk's events have one each. */
export const STEP_CODES = { started: 's', progressed: 'p', completed: 'c', failed: 'f' } as const;
export type Step = keyof typeof STEP_CODES;

/** End of a position range that still goes on: past any position, and the largest number that JavaScript holds exactly. */
export const OPEN_END = Number.MAX_SAFE_INTEGER;

export {
  CHUNK_GROUPS,
  EVENT_CHUNKS,
  LATEST_LEVELS,
  MESSAGE_CHUNKS,
  sqlBitOf,
  sqlChunksOf,
} from './chunks.js';
export { forkOf, forksAround } from './forks.js';
export { heldAt } from './held-at.js';
export { joinMetadata, METADATA_ROW, metadataAt } from './metadata-at.js';
export { IS_OF_OTHER_LOG } from './other-log.js';
export {
  type ColumnName,
  type ColumnType,
  generationTable,
  READ_MODELS,
  type RunKey,
  type RunMoving,
  type RunTableName,
  type SqlType,
  type Table,
  type TableName,
} from './read-models/index.js';
export { hasTrigrams, searchKey, TITLE_END } from './search-key.js';
export { PROJECTION_NAMES, PROJECTION_VERSIONS, type ProjectionName } from './versions.js';
