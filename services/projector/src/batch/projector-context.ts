import type { EventFeed } from '@att/platform/event-feed';
import type { Logger } from '@att/platform/logging';
import type { DatabaseRole } from '@att/platform/postgres';
import type { Pool } from 'pg';
import type { ProjectorMetrics } from '../metrics/projector-metrics.js';

/** Everything that the work on generations needs from outside; one object for all of it. */
export interface ProjectorContext {
  /** Connections for batches. */
  pool: Pool;
  /** Connections for long statements: indexing, comparing, dropping. */
  buildPool: Pool;
  feed: EventFeed;
  log: Logger;
  metrics: ProjectorMetrics;
  /** Role that may write the log; undefined where there are no roles. */
  logWriterRole: DatabaseRole | undefined;
  /** Ends the work: a batch that has begun is then whole in the database, or not at all. */
  signal: AbortSignal;
}
