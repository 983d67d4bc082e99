/** Builds generations from one read of the log: fills their tables, indexes them, and catches up. */
import { openWriters } from '../batch/generation-writer.js';
import { KeysNeededError } from '../batch/look-ups.js';
import type { ProjectorContext } from '../batch/projector-context.js';
import { follow } from '../follow/follow.js';
import { advanceStage } from '../generations/advance-stage.js';
import type { Stage } from '../generations/generation.js';
import { makeTables } from '../generations/make-tables.js';
import type { WritableGeneration } from '../generations/writable-generation.js';
import { indexTables, makeKeys } from './index-tables.js';
import { RateMeter } from './rate-meter.js';
import { readTargetPosition } from './read-target-position.js';

/** Events that may be left when tables are indexed, or when a build catches up with the active generation. */
const NEAR = 1_000;

/**
 * Ends when the generations are near those that they are to replace, or when `signal` aborts. After a crash it goes on with the
 * stage that was begun.
 *
 * @param builds generations at one stage and one checkpoint
 * @throws CancelledError
 */
export async function buildGenerations(
  context: ProjectorContext,
  builds: readonly WritableGeneration[],
): Promise<void> {
  const { pool, buildPool, signal } = context;
  const ids = builds.map(({ generation }) => generation.id);
  let stage: Stage = builds[0]?.generation.stage ?? 'following';
  while (!signal.aborted && stage !== 'following') {
    if (stage === 'filling') {
      for (const { projection, generation } of builds) {
        if (!generation.hasTables) await makeTables(pool, projection, generation.id);
      }
      await fill(context, builds);
    } else if (stage === 'indexing') await indexTables(buildPool, builds, signal);
    else await followToTarget(context, builds, true);
    if (signal.aborted) return;
    stage = NEXT[stage];
    await advanceStage(pool, ids, stage);
  }
}

const NEXT = {
  filling: 'indexing',
  indexing: 'catching up',
  'catching up': 'following',
} as const satisfies Record<Exclude<Stage, 'following'>, Stage>;

/**
 * Fills tables without keys if they are empty, as memory has every row then. Once a row that memory has let go is asked for, or may
 * be (`KeyFilter`), keys are made, and the build goes on from its checkpoint.
 */
async function fill(context: ProjectorContext, builds: readonly WritableGeneration[]): Promise<void> {
  const { buildPool, log, signal } = context;
  if (builds.every(({ checkpoint }) => checkpoint.position === 0)) {
    try {
      return await followToTarget(context, builds, false);
    } catch (error) {
      if (!(error instanceof KeysNeededError) || signal.aborted) throw error;
      log.debug({ position: builds[0]?.checkpoint.position }, 'a rebuild makes keys');
    }
  }
  await makeKeys(buildPool, builds, signal);
  await followToTarget(context, builds, true);
}

async function followToTarget(
  context: ProjectorContext,
  builds: readonly WritableGeneration[],
  hasKeys: boolean,
): Promise<void> {
  const { pool, signal } = context;
  const group = await openWriters(pool, builds, hasKeys);
  const projections = builds.map(({ projection }) => projection);
  const position = () => builds[0]?.checkpoint.position ?? 0;
  const meter = new RateMeter(position());
  for (;;) {
    const until = await readTargetPosition(pool, projections);
    if (until - position() <= NEAR || signal.aborted) return;
    await follow(context, group, { until, measureRate: (reached) => meter.reached(reached) });
  }
}
