import type { KafkaConfig } from '@att/platform/config';
import type { WakeUps } from '@att/platform/event-feed';
import type { createKafka } from '@att/platform/kafka';
import type { Logger } from '@att/platform/logging';
import type { Pool } from 'pg';
import type { RelayMetrics } from './relay-metrics.js';

/** Connections and settings that the parts of the relay share. */
export interface RelayOptions {
  config: KafkaConfig;
  kafka: ReturnType<typeof createKafka>;
  pool: Pool;
  wakeUps: WakeUps;
  log: Logger;
  metrics: RelayMetrics;
}
