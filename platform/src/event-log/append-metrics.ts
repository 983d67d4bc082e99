import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export type AppendMetrics = ReturnType<typeof createAppendMetrics>;

/** @param queued events that wait, asked for when the metrics are read */
export function createAppendMetrics(registry: Registry, queued: () => number) {
  const registers = [registry];
  new Gauge({
    name: 'att_append_queue_events',
    help: 'Events that wait to be written',
    registers,
    collect() {
      this.set(queued());
    },
  });
  return {
    position: new Gauge({
      name: 'att_log_position',
      help: 'Head of the log as this process last moved it',
      registers,
    }),
    batchSize: new Histogram({
      name: 'att_append_batch_events',
      help: 'Events committed by one statement',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
      registers,
    }),
    seconds: new Histogram({
      name: 'att_append_seconds',
      help: 'Time from the start of a batch to its commit',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    }),
    races: new Counter({
      name: 'att_append_races_total',
      help: 'Batches that another writer beat to the head',
      registers,
    }),
    failures: new Counter({
      name: 'att_append_failures_total',
      help: 'Batches that could not be written',
      labelNames: ['code'],
      registers,
    }),
    clockBehind: new Gauge({
      name: 'att_clock_behind_seconds',
      help: "How far this process's clock is behind the log's last time",
      registers,
    }),
    clockOffset: new Gauge({
      name: 'att_clock_offset_seconds',
      help: "How far this process's clock is ahead of the database's; behind it when negative",
      registers,
    }),
    clockAlarms: new Counter({
      name: 'att_clock_alarms_total',
      help: "Batches planned while this process's clock was more than 5 s from the database's, or behind the log's last time",
      registers,
    }),
  };
}
