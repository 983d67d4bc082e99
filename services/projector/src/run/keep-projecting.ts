import { setTimeout as sleep } from 'node:timers/promises';
import { FencedError } from '../generations/move-checkpoint.js';
import { type RoundOptions, runRound } from './run-round.js';

export interface ProjectingOptions extends RoundOptions {
  onFailure(error: Error): void;
}

/** Milliseconds until one that was fenced off tries again. */
const STANDING_BY = 1_000;
/** Milliseconds after the first failure; twice as long after each in a row, up to the longest. */
const FIRST_DELAY = 500;
const LONGEST_DELAY = 10_000;
/** A round that went on for so long was no failure from the start. Milliseconds. */
const WELL = 30_000;

/** Whatever fails, memory is thrown away and the work starts over from the checkpoints in the database. */
export async function keepProjecting(options: ProjectingOptions): Promise<void> {
  const { signal, log, metrics } = options;
  const wait = (delay: number) => sleep(delay, undefined, { signal }).catch(() => {});
  let failures = 0;
  while (!signal.aborted) {
    const startedAt = performance.now();
    try {
      await runRound(options);
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof FencedError) {
        // Not a failure: this one stands by, and is there within a second when the other ends.
        log.debug({ reason: error.message }, 'another projector is at work');
        await wait(STANDING_BY);
        continue;
      }
      failures = performance.now() - startedAt > WELL ? 1 : failures + 1;
      metrics.failed();
      options.onFailure(error as Error);
      log.error({ err: error }, 'projecting failed; starting over from the checkpoint');
      await wait(Math.min(FIRST_DELAY * 2 ** (failures - 1), LONGEST_DELAY));
    }
  }
}
