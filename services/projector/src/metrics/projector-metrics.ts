import type { EventSlice } from '@att/platform/event-feed';
import { Counter, Gauge, Histogram, type Registry } from '@att/platform/metrics';
import type { RegisteredGeneration } from '../generations/generation.js';

export interface ProjectorMetrics {
  applied(group: readonly { generation: RegisteredGeneration }[], batch: EventSlice, seconds: number): void;
  failed(): void;
  owns(isOwner: boolean): void;
}

export function createProjectorMetrics(registry: Registry): ProjectorMetrics {
  const registers = [registry];
  const position = new Gauge({
    name: 'att_projection_position',
    help: 'Checkpoint of the generation of a projection that serves',
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
  const owner = new Gauge({
    name: 'att_projector_following',
    help: '1 in the projector that follows the log, 0 in those that stand by',
    registers,
  });
  return {
    applied(group, batch, seconds) {
      for (const { generation } of group) {
        if (generation.state === 'active')
          position.set({ projection: generation.projection }, batch.position);
      }
      events.inc(batch.events.length);
      duration.observe(seconds);
    },
    failed: () => failures.inc(),
    owns: (isOwner) => owner.set(isOwner ? 1 : 0),
  };
}
