/** End of a build that has caught up with the active generation. */
import { appendWithin, generationEvent, SYSTEM_ACTOR } from '@att/platform/event-log';
import type { ProjectorContext } from '../batch/projector-context.js';
import { endDryRun, keepComparison, markReady } from '../generations/conclude-build.js';
import type { RegisteredGeneration } from '../generations/generation.js';
import { SupersededError } from '../generations/superseded-error.js';
import { switchGeneration } from '../generations/switch-generation.js';
import type { WritableGeneration } from '../generations/writable-generation.js';
import { compare, type SharedSnapshot } from './compare.js';

/** A build that follows the log, and the generation that it is to replace. */
export interface FinishingBuild {
  build: WritableGeneration;
  /** Undefined where there is none, or one that this release cannot write. */
  active: WritableGeneration | undefined;
}

/** @param snapshot in which both are at one position; undefined: there is nothing to compare with */
export async function finishBuild(
  context: ProjectorContext,
  { build: { generation }, active }: FinishingBuild,
  snapshot: SharedSnapshot | undefined,
): Promise<void> {
  const { pool, buildPool } = context;
  if (generation.state === 'building' && snapshot !== undefined && active !== undefined) {
    const comparison = await compare(buildPool, snapshot, generation.id, active.generation.id);
    await keepComparison(pool, generation.id, comparison);
  }
  if (generation.onReady === 'drop') return endDryRun(pool, generation.id);
  if (generation.onReady === 'hold') return markReady(pool, generation.id);
  await switchTo(context, generation);
}

async function switchTo(
  { pool, logWriterRole }: ProjectorContext,
  generation: RegisteredGeneration,
): Promise<void> {
  const isSwitched = await switchGeneration(pool, generation, async (client) => {
    const { projection, id, version } = generation;
    const data = { projection, generation: id, version };
    const event = generationEvent('projection.switched', SYSTEM_ACTOR, data);
    await appendWithin(client, logWriterRole, [event], new Date().toISOString());
  });
  // The build was cancelled a moment ago, or another projector switches: the next round reads which.
  if (!isSwitched) throw new SupersededError('the build could not be switched to');
}
