import type { WebhookKind } from '@att/contracts';
import type { Random } from '../support/random.js';
import type { SentReport } from './sent.js';

const KINDS: readonly WebhookKind[] = ['start', 'status', 'status', 'status', 'finish', 'error'];
const STATUSES = ['running', 'waiting', 'completed', 'failed', 'cancelled', 'canceled', 'thinking'];

/** Random report; with `inBatch` it has its type and, with a key, an `event_id`. */
export function drawReport(random: Random, mark: string, keyed: boolean, inBatch: boolean): SentReport {
  const kind = random.pick(KINDS);
  const project = `project-${random.between(1, 3)}`;
  const taskId = `task/${random.between(1, 12)}`;
  const key = keyed ? `key-${mark}` : undefined;
  const body = {
    ...(inBatch ? { type: kind } : {}),
    project,
    task: `Title of ${mark}`,
    task_id: taskId,
    agent: `agent-${random.between(1, 3)}`,
    metadata: { mark, [`field-${random.between(1, 3)}`]: random.between(1, 100) },
    ...(key !== undefined && inBatch ? { event_id: key } : {}),
    ...FIELDS[kind](random),
  };
  return { mark, kind, project, taskId, text: JSON.stringify(body), key, outcomes: [] };
}

const FIELDS: Record<WebhookKind, (random: Random) => object> = {
  start: () => ({}),
  status: (random) => ({
    status: random.pick(STATUSES),
    progress: random.between(0, 100),
    message: `Step ${random.between(1, 9)} – шаг`,
  }),
  finish: (random) => ({
    result: random.pick(['Done', { files: [1, 2] }, null]),
    duration_seconds: random.pick([undefined, 1.5, 1800]),
  }),
  error: () => ({ error_type: 'RuntimeError', error_message: 'broken', stack_trace: 'line 1\nline 2' }),
};
