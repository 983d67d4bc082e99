import { z } from 'zod';
import { problemSchema } from '../problems.js';
import {
  batchItemAccepted,
  batchItemType,
  errorBody,
  finishBody,
  idempotencyKey,
  MAX_BATCH_ITEMS,
  startBody,
  statusBody,
  webhookAnswer,
  webhookQuery,
} from '../webhooks.js';
import type { Route } from './route.js';

const webhook = (body: z.ZodType, summary: string) =>
  ({
    method: 'POST',
    summary,
    scope: 'ingest',
    headers: z.object({
      'idempotency-key': idempotencyKey.optional(),
      'webhook-id': idempotencyKey.optional(),
    }),
    query: webhookQuery,
    body,
    status: 202,
    response: webhookAnswer,
    problems: [
      'malformed_encoding',
      'invalid_text',
      'too_deep',
      'too_complex',
      'idempotency_conflict',
      'queue_full',
      'clock_refused',
      'outcome_unknown',
    ],
  }) as const;

export const webhookRoutes = {
  webhookStart: { path: '/webhook/start', ...webhook(startBody, 'A task starts') },
  webhookStatus: { path: '/webhook/status', ...webhook(statusBody, 'A task reports progress') },
  webhookFinish: { path: '/webhook/finish', ...webhook(finishBody, 'A task has finished') },
  webhookError: { path: '/webhook/error', ...webhook(errorBody, 'A task has failed') },
  webhookBatch: {
    method: 'POST',
    path: '/webhook/batch',
    summary: 'Many reports at once, as a JSON array or NDJSON; each is answered on its own',
    scope: 'ingest',
    query: webhookQuery,
    body: z.array(z.looseObject({ type: batchItemType })).max(MAX_BATCH_ITEMS),
    status: 207,
    response: z.array(z.union([batchItemAccepted, problemSchema])),
    bodyMediaTypes: ['application/x-ndjson'],
    problems: [
      'malformed_encoding',
      'too_many_items',
      'too_deep',
      'too_complex',
      'queue_full',
      'clock_refused',
      'outcome_unknown',
    ],
  },
} as const satisfies Record<string, Route>;
