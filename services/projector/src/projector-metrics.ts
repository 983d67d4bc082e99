import type { EventBatch } from '@att/platform/event-feed';
import { Counter, Gauge, Histogram, type Registry } from '@att/platform/metrics';

export interface ProjectorMetrics {
  applied(projections: readonly string[], batch: EventBatch, seconds: number): void;
  failed(): void;
}

export function createProjectorMetrics(registry: Registry): ProjectorMetrics {
  const registers = [registry];
  const position = new Gauge({
    name: 'att_projection_position',
    help: 'Checkpoint of a projection',
    labelNames: ['projection'],
    registers,
  });
  const events = new Counter({ name: 'att_projection_events_total', help: 'Events applied', registers });
  const duration = new Histogram({
    name: 'att_projection_batch_seconds',
    help: 'Time to apply and commit a batch',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5],
    registers,
  });
  const failures = new Counter({
    name: 'att_projection_failures_total',
    help: 'Batches that could not be applied and are tried again',
    registers,
  });
  return {
    applied(projections, batch, seconds) {
      for (const projection of projections) position.set({ projection }, batch.position);
      events.inc(batch.events.length);
      duration.observe(seconds);
    },
    failed: () => failures.inc(),
  };
}
