/** A generation on its way through the log. */
import type { Pool } from 'pg';
import type { Projection, ProjectionWriter } from '../fold/projection.js';
import type { Generation } from '../generations/generation.js';
import { BlockedTasks } from './blocked-tasks.js';

export interface GenerationWriter {
  projection: Projection;
  generation: Generation;
  /** Of its tables. */
  writer: ProjectionWriter;
  /** Whether its tables have keys. A build that is filled from its beginning has none until it needs one. */
  hasKeys: boolean;
  standing: BlockedTasks;
  /**
   * Where tasks stand still it applies other events than the others of its group, and shares no fold with them;
   * as long as the writer lives, as only one that always folds has what the fold left in its memory.
   */
  foldsAlone: boolean;
}

export async function openWriters(
  pool: Pool,
  targets: readonly Pick<GenerationWriter, 'projection' | 'generation'>[],
  hasKeys = true,
): Promise<GenerationWriter[]> {
  const group: GenerationWriter[] = [];
  for (const { projection, generation } of targets) {
    const standing = await BlockedTasks.of(pool, generation.id);
    const writer = projection.writer(generation.id, generation.position);
    group.push({ projection, generation, writer, hasKeys, standing, foldsAlone: !standing.isEmpty });
  }
  return group;
}

/** Forgets what the memory of the writer has, which is of no use after a failure. */
export function resetWriter(built: GenerationWriter): void {
  built.writer = built.projection.writer(built.generation.id, built.generation.position);
  built.foldsAlone = !built.standing.isEmpty;
}
