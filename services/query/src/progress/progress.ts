import type { WakeSignal } from '@att/platform/postgres';
import type { ProjectionName } from '@att/platform/projections';
import type { Reader } from '../database/reader.js';
import { builtAnew, type PositionParameter, positionAhead, projectionBehind } from '../problems.js';
import { shareCalls } from '../share-calls.js';
import { type ProgressReport, readProgress } from './read-progress.js';

/** Milliseconds; without a notification the checkpoint is asked for this often. */
const POLL_INTERVAL = 250;

export interface Goal {
  projection: ProjectionName;
  /** 0 waits for the projection's first generation only. */
  position: number;
  /** What asked for that position. */
  parameter: PositionParameter;
  /** On the clock of `performance.now()`. */
  deadline: number;
  signal: AbortSignal;
}

/** Knows how far the projections are, and waits for them. Everybody who waits shares one query. */
export class Progress {
  readonly read: () => Promise<ProgressReport>;
  readonly #wakeSignal: WakeSignal;

  constructor(reader: Reader, wakeSignal: WakeSignal) {
    this.read = shareCalls(() => readProgress(reader));
    this.#wakeSignal = wakeSignal;
  }

  /**
   * @returns the active generation, once it has the position
   * @throws ProblemError projection_behind at the deadline, and at once while another release's serves, or one of another log; position_ahead when the log has no such position
   */
  async reach({ projection, position, parameter, deadline, signal }: Goal): Promise<number> {
    for (;;) {
      // Listening begins before the read, so that a commit in between is not slept through.
      const patience = Math.min(POLL_INTERVAL, Math.max(0, deadline - performance.now()));
      const { woken, leave } = this.#wakeSignal.listen(patience, signal);
      try {
        const { head, generations, ...report } = await this.read();
        if (position > head) throw positionAhead(position, head, parameter);
        // It takes as long as a rebuild takes: not worth the wait.
        if (report.otherVersion.has(projection))
          throw builtAnew('release', projection, head, report.builds.get(projection), Date.now());
        if (report.otherLog.has(projection))
          throw builtAnew('log', projection, head, report.builds.get(projection), Date.now());
        const generation = generations.get(projection);
        if (generation !== undefined && generation.position >= position) return generation.id;
        if (signal.aborted || performance.now() >= deadline) throw projectionBehind(projection, position);
        await woken;
      } finally {
        leave();
      }
    }
  }
}
