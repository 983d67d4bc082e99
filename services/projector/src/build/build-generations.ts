/** Builds generations from one read of the log: fills their tables, indexes them, and catches up. */
import type { EventFeed } from '@att/platform/event-feed';
import type { Logger } from '@att/platform/logging';
import type { Pool } from 'pg';
import { openWriters } from '../batch/generation-writer.js';
import { KeysNeededError } from '../batch/look-ups.js';
import type { Projection } from '../fold/projection.js';
import { follow } from '../follow/follow.js';
import { advanceStage } from '../generations/advance-stage.js';
import type { Generation, Stage } from '../generations/generation.js';
import { makeTables } from '../generations/make-tables.js';
import type { ProjectorMetrics } from '../metrics/projector-metrics.js';
import { type Indexed, indexTables, makeKeys } from './index-tables.js';
import { RateMeter } from './rate-meter.js';
import { readTargetPosition } from './read-target-position.js';

export interface BuildOptions {
  pool: Pool;
  /** For what takes long. */
  buildPool: Pool;
  feed: EventFeed;
  log: Logger;
  metrics: ProjectorMetrics;
  /** At one stage and one checkpoint, each with its projection. */
  targets: readonly { projection: Projection; generation: Generation }[];
  signal: AbortSignal;
}

/** Events that may be left when tables are indexed, or when the active generation is to be met. */
const NEAR = 1_000;

/** Ends when the generations are near what they are to replace, or when `signal` aborts. Goes on where a crash left it. */
export async function buildGenerations(options: BuildOptions): Promise<void> {
  const { pool, buildPool, targets, signal } = options;
  let stage: Stage = targets[0]?.generation.stage ?? 'following';
  const goOn = async (next: Stage) => {
    await advanceStage(pool, idsOf(targets), next);
    stage = next;
  };
  while (!signal.aborted && stage !== 'following') {
    if (stage === 'filling') {
      for (const { projection, generation } of targets) {
        if (!generation.hasTables) await makeTables(pool, projection, generation.id);
        generation.hasTables = true;
      }
      await fill(options);
    } else if (stage === 'indexing') await indexTables(buildPool, indexedOf(targets), signal);
    else await followToGoal(options, true);
    if (!signal.aborted) await goOn(NEXT[stage]);
  }
}

const NEXT = {
  filling: 'indexing',
  indexing: 'catching up',
  'catching up': 'following',
} as const satisfies Record<Exclude<Stage, 'following'>, Stage>;

const idsOf = (targets: BuildOptions['targets']) => targets.map(({ generation }) => generation.id);

const indexedOf = (targets: BuildOptions['targets']): Indexed[] =>
  targets.map(({ projection, generation }) => ({ projection, generation: generation.id }));

/**
 * From its beginning without keys, as memory has had all rows that there are. Once it has let one go that is asked for again, or
 * may have (`KeyFilter`), they are made, and it goes on from the checkpoint.
 */
async function fill(options: BuildOptions): Promise<void> {
  const { buildPool, log, targets, signal } = options;
  if (targets.every(({ generation }) => generation.position === 0)) {
    try {
      return await followToGoal(options, false);
    } catch (error) {
      if (!(error instanceof KeysNeededError) || signal.aborted) throw error;
      log.debug({ position: targets[0]?.generation.position }, 'a rebuild makes keys');
    }
  }
  await makeKeys(buildPool, indexedOf(targets), signal);
  await followToGoal(options, true);
}

async function followToGoal(options: BuildOptions, hasKeys: boolean): Promise<void> {
  const { pool, targets, signal } = options;
  const group = await openWriters(pool, targets, hasKeys);
  const position = () => targets[0]?.generation.position ?? 0;
  const meter = new RateMeter(position());
  for (;;) {
    const goal = await readTargetPosition(
      pool,
      targets.map(({ projection }) => projection),
    );
    if (goal - position() <= NEAR || signal.aborted) return;
    const rate = (reached: number) => meter.reached(reached);
    await follow({ ...options, group, until: goal, rate });
  }
}
