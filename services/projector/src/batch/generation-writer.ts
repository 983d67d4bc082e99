/** A generation while it is written to, batch after batch. */
import type { Pool } from 'pg';
import type { ProjectionWriter } from '../fold/projection.js';
import type { WritableGeneration } from '../generations/writable-generation.js';
import { BlockedTasks } from './blocked-tasks.js';

export interface GenerationWriter extends WritableGeneration {
  /** Fold of the projection, with the rows that it keeps in memory. */
  projectionWriter: ProjectionWriter;
  /** True when the tables have keys. A build that is filled from its beginning has none until it needs one. */
  hasKeys: boolean;
  blocked: BlockedTasks;
  /**
   * True when it shares no fold with the others of its group, as it leaves out the events of blocked tasks. It stays true as long
   * as the projection writer lives: only one that always folds has in memory what its folds left there.
   */
  foldsAlone: boolean;
}

/** Writers of generations, each of which goes on from its checkpoint. */
export async function openWriters(
  pool: Pool,
  generations: readonly WritableGeneration[],
  hasKeys = true,
): Promise<GenerationWriter[]> {
  const group: GenerationWriter[] = [];
  for (const { projection, generation, checkpoint } of generations) {
    const blocked = await BlockedTasks.read(pool, generation.id);
    const projectionWriter = projection.writer(generation.id, checkpoint.position);
    const foldsAlone = !blocked.isEmpty;
    group.push({ projection, generation, checkpoint, projectionWriter, hasKeys, blocked, foldsAlone });
  }
  return group;
}

/** Replaces the projection writer, whose memory is of no use after a failure, by one that starts from the checkpoint. */
export function resetWriter(writer: GenerationWriter): void {
  writer.projectionWriter = writer.projection.writer(writer.generation.id, writer.checkpoint.position);
  writer.foldsAlone = !writer.blocked.isEmpty;
}
