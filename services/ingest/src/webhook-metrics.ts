import { Counter, type Registry } from '@att/platform/metrics';

export function countAnswers(registry: Registry): { count(status: number): void } {
  const answers = new Counter({
    name: 'att_webhook_answers_total',
    help: 'Answers to webhooks, by HTTP status',
    labelNames: ['status'],
    registers: [registry],
  });
  return { count: (status) => answers.inc({ status: String(status) }) };
}
