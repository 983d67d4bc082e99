import type { EventFeed } from '@att/platform/event-feed';
import { Registry } from '@att/platform/metrics';
import { silentLog } from '@att/platform/testing';
import type { Pool } from 'pg';
import type { ProjectorContext } from '../batch/projector-context.js';
import { createProjectorMetrics } from '../metrics/projector-metrics.js';

const noFeed: EventFeed = {
  read() {
    throw new Error('a pipeline reads no feed');
  },
  status: () => undefined,
  async close() {},
};

/** Context of a write pipeline without a projector around it. */
export function pipelineContext(
  pool: Pool,
  { signal }: Pick<ProjectorContext, 'signal'> = new AbortController(),
): ProjectorContext {
  return {
    pool,
    buildPool: pool,
    feed: noFeed,
    log: silentLog,
    metrics: createProjectorMetrics(new Registry()),
    logWriterRole: 'att_ingest',
    signal,
  };
}
