import type { GenerationState } from '@att/contracts';
import type { ProjectionName } from '@att/platform/projections';

/** Step of a build. In the last one it follows the log like the active generation, but is not read. */
export type Stage = 'filling' | 'indexing' | 'catching up' | 'following';

/** Row of the register, as it was read. It never changes in memory: what moves is a `Checkpoint`. */
export interface RegisteredGeneration {
  readonly id: number;
  readonly projection: ProjectionName;
  /** Version of the projection that made the tables. */
  readonly version: number;
  readonly state: GenerationState;
  readonly stage: Stage;
  /** End of a build: it is switched to, waits as ready, or is compared and dropped. */
  readonly onReady: 'switch' | 'hold' | 'drop';
  /** Id of the rebuild request; generations that share it are built from one pass over the log. */
  readonly build: number | null;
  /** Position of the checkpoint when the register was read. */
  readonly position: number;
  /** Hash of the log's event at `position`, in lower-case hex. */
  readonly hash: string;
  /** True when an older release moved the position and left the hash where it was. */
  readonly hasOldHash: boolean;
  /** True when the tables were made from another log than the database has now. */
  readonly isOfOtherLog: boolean;
  readonly hasTables: boolean;
  readonly dropRequested: boolean;
}
