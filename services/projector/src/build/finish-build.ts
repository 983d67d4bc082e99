/** What becomes of a build that has met the active generation. */
import { appendWithin, generationEvent, SYSTEM_ACTOR } from '@att/platform/event-log';
import type { DatabaseRole } from '@att/platform/postgres';
import type { Pool } from 'pg';
import { endDryRun, keepComparison, markReady } from '../generations/conclude-build.js';
import type { Generation } from '../generations/generation.js';
import { FencedError } from '../generations/move-checkpoint.js';
import { switchGeneration } from '../generations/switch-generation.js';
import type { Target } from '../generations/target.js';
import { compare, type SharedSnapshot } from './compare.js';

/** A build that follows the log, and what it is to become. */
export interface Finishing {
  build: Target;
  /** Undefined where there is none, or one that this release cannot bring along. */
  active: Target | undefined;
}

export interface FinishOptions {
  pool: Pool;
  /** For what takes long. */
  buildPool: Pool;
  /** The role that may write the log. */
  writer: DatabaseRole | undefined;
}

/** @param moment in which both stood at one position; undefined: there is nothing to compare with */
export async function finishBuild(
  options: FinishOptions,
  { build: { generation }, active }: Finishing,
  moment: SharedSnapshot | undefined,
): Promise<void> {
  const { pool, buildPool } = options;
  if (generation.state === 'building' && moment !== undefined && active !== undefined) {
    await keepComparison(
      pool,
      generation.id,
      await compare(buildPool, moment, generation, active.generation),
    );
  }
  if (generation.onReady === 'drop') return endDryRun(pool, generation.id);
  if (generation.onReady === 'hold') return markReady(pool, generation.id);
  await takeOver(options, generation);
}

async function takeOver({ pool, writer }: FinishOptions, generation: Generation): Promise<void> {
  const isSwitched = await switchGeneration(pool, generation, async (client) => {
    const { projection, id, version } = generation;
    const act = { projection, generation: id, version };
    const event = generationEvent('projection.switched', SYSTEM_ACTOR, act);
    await appendWithin(client, writer, [event], new Date().toISOString());
  });
  // Cancelled in this moment, or another projector is at it: the next round sees what is the matter.
  if (!isSwitched) throw new FencedError('the build could not be switched to');
}
