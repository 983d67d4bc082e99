import { Counter, Gauge, type Registry } from '@att/platform/metrics';

export interface RealtimeMetrics {
  framesSent: Counter;
  catchUps: Counter;
  replays: Counter;
  closes: Counter<'reason'>;
}

export function createRealtimeMetrics(
  registry: Registry,
  sockets: { readonly size: number; unsentBytes(): number },
): RealtimeMetrics {
  const registers = [registry];
  new Gauge({
    name: 'att_realtime_sockets',
    help: 'Open sockets of this process',
    registers,
    collect() {
      this.set(sockets.size);
    },
  });
  new Gauge({
    name: 'att_realtime_unsent_bytes',
    help: 'Bytes that wait for the clients of this process to read; those that wait for many are counted for each',
    registers,
    collect() {
      this.set(sockets.unsentBytes());
    },
  });
  return {
    framesSent: new Counter({
      name: 'att_realtime_frames_sent_total',
      help: 'Event frames handed to sockets; one frame to two sockets counts twice',
      registers,
    }),
    catchUps: new Counter({
      name: 'att_realtime_catch_ups_total',
      help: 'Sockets that resumed after a position, at once and then live',
      registers,
    }),
    replays: new Counter({
      name: 'att_realtime_replays_total',
      help: 'Sockets that replay the past at a pace of their own or up to a position',
      registers,
    }),
    closes: new Counter({
      name: 'att_realtime_closes_total',
      help: 'Sockets that the server closed, by why; tooSlow are the clients that did not keep up',
      labelNames: ['reason'],
      registers,
    }),
  };
}
