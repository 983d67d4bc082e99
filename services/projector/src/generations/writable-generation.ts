import type { Projection } from '../fold/projection.js';
import type { RegisteredGeneration } from './generation.js';

/** Last event that a generation has applied. It moves with each batch that commits. */
export interface Checkpoint {
  position: number;
  /** Hash of the log's event at `position`, in lower-case hex. */
  hash: string;
}

/** A generation that this release can write: it has the projection, in the version that made the tables. */
export interface WritableGeneration {
  readonly projection: Projection;
  readonly generation: RegisteredGeneration;
  /** Shared by all that write to the generation or watch it, as long as the register is not read again. */
  readonly checkpoint: Checkpoint;
}

export function writableGeneration(
  projection: Projection,
  generation: RegisteredGeneration,
): WritableGeneration {
  const { position, hash } = generation;
  return { projection, generation, checkpoint: { position, hash } };
}
