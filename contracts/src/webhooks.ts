/** Reports that agents post. Unknown fields are kept; an optional field that is null counts as absent. */
import { z } from 'zod';
import type { TaskEventType } from './events.js';
import { position } from './events.js';
import { jsonObject } from './json-object.js';
import { parseTimestamp } from './time.js';
import { hasSomethingVisible } from './visible-text.js';

export const WEBHOOK_KINDS = ['start', 'status', 'finish', 'error'] as const;
export type WebhookKind = (typeof WEBHOOK_KINDS)[number];

/** Bytes; a larger single body, or batch item, is 413. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** Bytes of a whole batch. */
export const MAX_BATCH_BYTES = 8 * 1024 * 1024;
/** Items of a batch. */
export const MAX_BATCH_ITEMS = 5_000;
/** Characters of project, task_id, agent, status, error_type and of an idempotency key. */
export const MAX_NAME_LENGTH = 200;
/** Characters of a title. */
const MAX_TITLE_LENGTH = 2_000;
/** Levels of arrays and objects in a body; PostgreSQL's JSON parser recurses and has a stack limit. */
export const MAX_JSON_DEPTH = 200;
/**
 * Arrays and objects in a body, itself among them. Each takes the parser the time of dozens of bytes, so a mebibyte of
 * nothing but brackets would hold it for a tenth of a second. Lists of points or small records stay below it.
 */
export const MAX_JSON_CONTAINERS = 100_000;

const required = (what: string) => (issue: { input?: unknown }) =>
  issue.input === undefined || issue.input === null ? 'is required' : `must be ${what}`;

const text = (max: number) =>
  z
    .string({ error: required('a string') })
    .min(1, 'must not be empty')
    .max(max, `must not be longer than ${max} characters`);
/** A text with something visible in it; of an empty one it is enough to say that it is empty. */
const visible = (max: number) =>
  text(max).refine(
    (value) => value === '' || hasSomethingVisible(value),
    'must have something visible in it',
  );
const name = visible(MAX_NAME_LENGTH);
const title = visible(MAX_TITLE_LENGTH);
const word = text(MAX_NAME_LENGTH);
const anyText = z.string({ error: required('a string') });

/** Key of `event_id`; the headers `Idempotency-Key` and `webhook-id` have the same form. */
export const idempotencyKey = word;

const common = {
  project: name,
  task_id: name,
  /** Absent: the title from before, or the task id. */
  task: title.nullish(),
  /** A title while the task has none. */
  task_hint: title.nullish(),
  /** Absent: the agent from before, or `unknown`. */
  agent: name.nullish(),
  /** A task of the same project. */
  parent_task_id: name.nullish(),
  metadata: jsonObject.nullish(),
  timestamp: z
    .union([z.string(), z.number()], { error: 'must be a time: a string, or a number of seconds since 1970' })
    .refine((value) => parseTimestamp(value) !== undefined, {
      error: 'must be an RFC 3339 time, such as 2026-01-31T12:00:00Z, or a number of seconds since 1970',
    })
    .nullish(),
  event_id: idempotencyKey.nullish(),
};

export const startBody = z.looseObject(common);

export const statusBody = z.looseObject({
  ...common,
  status: word.nullish(),
  progress: z
    .number({ error: 'must be a number' })
    .min(0, 'must be between 0 and 100')
    .max(100, 'must be between 0 and 100')
    .nullish(),
  message: anyText.nullish(),
});

export const finishBody = z.looseObject({
  ...common,
  result: z.unknown().optional(),
  duration_seconds: z.number({ error: 'must be a number' }).min(0, 'must not be negative').nullish(),
});

export const errorBody = z.looseObject({
  ...common,
  error_type: word,
  error_message: anyText,
  stack_trace: anyText.nullish(),
});

/** Other parameters mean nothing to webhooks, and are let pass: what is behind them must not cost a report. */
export const webhookQuery = z.object({
  lenient: z
    .enum(['true', 'false'], 'must be true or false')
    .optional()
    .describe('Put U+FFFD in the place of NUL and lone surrogates, which are refused otherwise'),
});

/** Everything that depends on which of the four webhooks it is. */
export const WEBHOOKS = {
  start: { type: 'task.started', body: startBody, message: 'Task started' },
  status: { type: 'task.progressed', body: statusBody, message: 'Task status updated' },
  finish: { type: 'task.finished', body: finishBody, message: 'Task finished' },
  error: { type: 'task.failed', body: errorBody, message: 'Task error recorded' },
} as const satisfies Record<WebhookKind, { type: TaskEventType; body: z.ZodType; message: string }>;

/** The webhook that brings events of a type. */
export function webhookKindOf(type: TaskEventType): WebhookKind {
  return WEBHOOK_KINDS.find((kind) => WEBHOOKS[kind].type === type) as WebhookKind;
}

/** The fields that every webhook body has once it was validated. */
export type WebhookBody = z.infer<typeof startBody>;

export const batchItemType = z.enum(WEBHOOK_KINDS, {
  error: required(`one of ${WEBHOOK_KINDS.join(', ')}`),
});

const accepted = z.object({
  task_id: z.string(),
  project: z.string(),
  event_id: z.uuid(),
  position: position.min(1),
  /** True when the idempotency key was seen before: nothing new was stored. */
  duplicate: z.boolean(),
  /** Present where the report was to be taken leniently, and had text that was replaced. */
  replaced: z.literal(true).optional(),
});

export const webhookAnswer = accepted.extend({ status: z.literal('accepted'), message: z.string() });
export type WebhookAnswer = z.infer<typeof webhookAnswer>;

export const batchItemAccepted = accepted.extend({ status: z.literal(202) });
