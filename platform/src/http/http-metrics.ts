import { Histogram, type Registry } from 'prom-client';

export interface HttpMetrics {
  /** @param route the path of the route table, never the path asked for, which has ids */
  observe(route: string, status: number, milliseconds: number): void;
}

export function createHttpMetrics(registry: Registry): HttpMetrics {
  const seconds = new Histogram({
    name: 'att_http_request_seconds',
    help: 'Time to answer a request',
    labelNames: ['route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  return {
    observe: (route, status, milliseconds) =>
      seconds.observe({ route, status: String(status) }, milliseconds / 1000),
  };
}
