import type { GenerationState } from '@att/contracts';
import type { ProjectionName } from '@att/platform/projections';

/** One build of a projection, as its projector knows it. */
export interface Generation {
  id: number;
  projection: ProjectionName;
  /** Of the projection that made its tables. */
  version: number;
  state: GenerationState;
  /** The checkpoint. */
  position: number;
}
