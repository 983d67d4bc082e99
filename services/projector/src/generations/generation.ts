import type { GenerationState } from '@att/contracts';
import type { ProjectionName } from '@att/platform/projections';

/** How far a build is. One that follows the log is like the active one, but for the reads. */
export type Stage = 'filling' | 'indexing' | 'catching up' | 'following';

/** One build of a projection, as its projector knows it. */
export interface Generation {
  id: number;
  projection: ProjectionName;
  /** Of the projection that made its tables. */
  version: number;
  state: GenerationState;
  stage: Stage;
  /** What becomes of a build that is done: it is switched to, waits as ready, or is compared and dropped. */
  onReady: 'switch' | 'hold' | 'drop';
  /** Those of one number were asked for together. */
  build: number | null;
  /** The checkpoint. */
  position: number;
  /** Lower-case hex: hash of the event at the checkpoint. */
  hash: string;
  /** Whether an older release moved the checkpoint, and left the hash where it was. */
  hasOldHash: boolean;
  /** Whether its tables were made from another log than the one that is there. */
  isOfOtherLog: boolean;
  hasTables: boolean;
  dropRequested: boolean;
}
