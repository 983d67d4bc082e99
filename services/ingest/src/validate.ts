/** Turns a parsed body into an event for the log. */
import { isJsonObject, parseTimestamp, WEBHOOKS, type WebhookBody, type WebhookKind } from '@att/contracts';
import type { NewEvent } from '@att/platform/event-log';
import { bodyErrors, ProblemError } from '@att/platform/http';

export interface Report {
  kind: WebhookKind;
  /** The parsed body, not yet checked. */
  body: unknown;
  /** The same as the bytes to keep. */
  payload: Buffer;
  actor: string;
  /** Key from the headers. */
  idempotencyKey: string | undefined;
}

/** Bodies without their unknown fields: the log keeps the bytes, and a copy of 90,000 fields would take as long as parsing them. */
const KNOWN_FIELDS = {
  start: WEBHOOKS.start.body.strip(),
  status: WEBHOOKS.status.body.strip(),
  finish: WEBHOOKS.finish.body.strip(),
  error: WEBHOOKS.error.body.strip(),
} as const satisfies Record<WebhookKind, unknown>;

/** @throws ProblemError invalid_body, with a pointer for each wrong field */
export function toEvent({ kind, body, payload, actor, idempotencyKey }: Report): NewEvent {
  const { type } = WEBHOOKS[kind];
  const parsed = KNOWN_FIELDS[kind].safeParse(body);
  if (!parsed.success) throw invalidBody(body, bodyErrors(parsed.error));
  const valid: WebhookBody = parsed.data;
  return {
    type,
    project: valid.project,
    taskId: valid.task_id,
    agent: valid.agent ?? null,
    occurredAt: valid.timestamp == null ? null : (parseTimestamp(valid.timestamp) ?? null),
    actor,
    payload,
    idempotencyKey: oneKey(idempotencyKey, valid.event_id ?? undefined),
  };
}

export function notAnObject(): ProblemError {
  return new ProblemError('invalid_body', 'The body must be a JSON object.', {
    errors: [{ pointer: '', detail: 'must be an object' }],
  });
}

function invalidBody(body: unknown, errors: ReturnType<typeof bodyErrors>): ProblemError {
  if (!isJsonObject(body)) return notAnObject();
  const detail = errors.map((error) => `${error.pointer} ${error.detail}`).join('; ');
  return new ProblemError('invalid_body', `${detail}.`, { errors });
}

function oneKey(header: string | undefined, field: string | undefined): string | null {
  if (header !== undefined && field !== undefined && header !== field) {
    throw new ProblemError(
      'invalid_body',
      'The idempotency key of the header and event_id differ: send one.',
      { errors: [{ pointer: '/event_id', detail: 'differs from the idempotency key in the header' }] },
    );
  }
  return header ?? field ?? null;
}
