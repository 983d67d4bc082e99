import { NotReadyError } from '@att/platform/service';
import type { Projection } from '../projection.js';
import type { Generation } from './generation.js';

/** An active generation was made by another version of its projection: to write to it would spoil it. */
export class GenerationVersionError extends NotReadyError {
  override readonly name = 'GenerationVersionError';
  readonly code = 'generation_version';
}

export interface Matched {
  /** Generations that these projections may write to. */
  writable: Generation[];
  /** Names those that they may not. */
  refused: GenerationVersionError | undefined;
}

/** Pure: tells the generations of the very version of their projection from the others. */
export function matchVersions(
  generations: readonly Generation[],
  projections: readonly Projection[],
): Matched {
  const writable: Generation[] = [];
  const reasons: string[] = [];
  for (const generation of generations) {
    const version = projections.find(({ name }) => name === generation.projection)?.version;
    if (version === generation.version) writable.push(generation);
    else if (version !== undefined) reasons.push(reasonOf(generation, version));
  }
  return {
    writable,
    refused: reasons.length === 0 ? undefined : new GenerationVersionError(reasons.join('; ')),
  };
}

const reasonOf = ({ id, projection, version }: Generation, ours: number) =>
  `${projection} stands still: its active generation ${id} is of version ${version}, this release writes version ${ours}`;
