import type { Logger } from '@att/platform/logging';
import { NotReadyError } from '@att/platform/service';
import type { Pool } from 'pg';
import { blockedText, countBlocked } from '../dead-letters/count-blocked.js';
import { readLag } from '../generations/read-lag.js';
import { stalledText } from '../generations/stall.js';
import type { ProjectorMetrics } from '../metrics/projector-metrics.js';

/** Status of a projector: its loop reports changes, and the health check reads it. */
export class ProjectorStatus {
  #isOwner = false;
  #failure: Error | undefined;
  #unwritten: string | undefined;
  #paused: readonly string[] = [];

  constructor(
    private readonly pool: Pool,
    private readonly metrics: ProjectorMetrics,
    private readonly log: Logger,
  ) {}

  /** @param isOwner whether this projector follows the log now, or stands by */
  leaseChanged(isOwner: boolean): void {
    this.#isOwner = isOwner;
    this.metrics.owns(isOwner);
    // A projector that stands by has nothing that could fail.
    if (!isOwner) this.#failure = undefined;
  }

  /** @param unwritten reason why projections that serve are not written, or undefined when all are */
  roundPlanned(unwritten: string | undefined, paused: readonly string[]): void {
    // Logged once, not in each round.
    if (unwritten !== undefined && unwritten !== this.#unwritten) {
      this.log.error({ reason: unwritten }, 'a projection is not written');
    }
    this.#unwritten = unwritten;
    this.#failure = unwritten === undefined ? undefined : new NotReadyError(unwritten);
    this.#paused = paused;
  }

  roundFailed(error: Error): void {
    this.metrics.failed();
    this.#failure = error;
  }

  /** Text for people about what the projector does. @throws the reason why it is not ready */
  async check(): Promise<string> {
    if (this.#failure !== undefined) throw this.#failure;
    const [lags, tasks] = await Promise.all([readLag(this.pool), countBlocked(this.pool)]);
    const stalled = stalledText(lags);
    if (stalled !== undefined) throw new NotReadyError(stalled);
    const doing = this.#isOwner ? 'following the log' : 'standing by';
    const paused = this.#paused.length === 0 ? undefined : `paused: ${this.#paused.join(', ')}`;
    return [doing, paused, blockedText(tasks)].filter((part) => part !== undefined).join('; ');
  }
}
