import type { Projection } from '../fold/projection.js';
import type { Generation } from './generation.js';

/** A generation of the register, and the projection of this release that writes it. */
export interface Target {
  projection: Projection;
  generation: Generation;
}
