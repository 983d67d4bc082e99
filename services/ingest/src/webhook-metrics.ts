import { Counter, type Registry } from '@att/platform/metrics';

/**
 * Counts answers by status in plain numbers, which the metric takes over when it is read: a labelled
 * counter costs as much as parsing a small body.
 */
export function countAnswers(registry: Registry): { count(status: number): void } {
  const counts = new Map<number, number>();
  new Counter({
    name: 'att_webhook_answers_total',
    help: 'Answers to webhooks, by HTTP status',
    labelNames: ['status'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [status, count] of counts) this.inc({ status: String(status) }, count);
    },
  });
  return { count: (status) => counts.set(status, (counts.get(status) ?? 0) + 1) };
}
