import { shareCalls } from '@att/platform/calls';
import type { WakeSignal } from '@att/platform/postgres';
import type { ProjectionName } from '@att/platform/projections';
import type { Reader } from '../database/reader.js';
import { type PositionParameter, positionAhead, projectionBehind, rebuilding } from '../problems.js';
import { type ProgressReport, readProgress } from './read-progress.js';

/** Milliseconds between two reads of the checkpoints, unless a notification comes earlier. */
const POLL_INTERVAL = 250;
/** Milliseconds on a replica, where a change arrives some time after its notification. */
export const REPLICA_POLL_INTERVAL = 25;

export interface TargetPosition {
  projection: ProjectionName;
  /** Position to wait for; 0 waits for the projection's first generation. */
  position: number;
  /** Parameter that asked for the position. */
  parameter: PositionParameter;
  /** Deadline on the clock of `performance.now()`. */
  deadline: number;
  signal: AbortSignal;
}

/** Progress of the projections. All who wait for one share one query. */
export class Progress {
  readonly read: () => Promise<ProgressReport>;
  readonly #wakeSignal: WakeSignal;
  readonly #pollInterval: number;

  constructor(reader: Reader, wakeSignal: WakeSignal, pollInterval = POLL_INTERVAL) {
    this.read = shareCalls(() => readProgress(reader));
    this.#wakeSignal = wakeSignal;
    this.#pollInterval = pollInterval;
  }

  /**
   * Waits until the active generation has the position.
   *
   * @returns the active generation
   * @throws ProblemError projection_behind at the deadline, and at once while the active generation is of another release or another
   *   log; position_ahead when the log has no such position
   */
  async waitFor({ projection, position, parameter, deadline, signal }: TargetPosition): Promise<number> {
    for (;;) {
      // Listening begins before the read, so that no notification in between is missed.
      const timeout = Math.min(this.#pollInterval, Math.max(0, deadline - performance.now()));
      const { woken, leave } = this.#wakeSignal.listen(timeout, signal);
      try {
        const { head, generations, ...report } = await this.read();
        if (position > head) throw positionAhead(position, head, parameter);
        // A rebuild is under way, which takes longer than a request may wait.
        if (report.otherVersion.has(projection))
          throw rebuilding('release', projection, head, report.builds.get(projection), Date.now());
        if (report.otherLog.has(projection))
          throw rebuilding('log', projection, head, report.builds.get(projection), Date.now());
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
