/** The four webhooks: one report a request. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MAX_BODY_BYTES, WEBHOOKS, type WebhookKind } from '@att/contracts';
import type { Appended, NewEvent } from '@att/platform/event-log';
import { decodeUtf8, mediaTypeOf, ProblemError, readBody, sendJson } from '@att/platform/http';
import { idempotencyKeyOf } from './headers.js';
import { parseJson } from './parse-json.js';
import { toEvent } from './validate.js';

export interface Appending {
  append(events: readonly NewEvent[]): Promise<Appended[]>;
}

export async function handleSingle(
  log: Appending,
  kind: WebhookKind,
  actor: string,
  requestId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  mediaTypeOf(request.headers, ['json']);
  const idempotencyKey = idempotencyKeyOf(request);
  const payload = await readBody(request, MAX_BODY_BYTES);
  const event = toEvent({ kind, body: parseJson(decodeUtf8(payload)), payload, actor, idempotencyKey });
  const [appended] = await log.append([event]);
  sendJson(response, 202, requestId, answer(kind, event, appended as Appended));
}

/** Spelt out: the shape is `webhookAnswer` of the contracts, and a test holds it to that. */
function answer(kind: WebhookKind, event: NewEvent, appended: Appended): string {
  if (appended.outcome === 'conflict') throw conflict(appended.position);
  return (
    `{"status":"accepted","message":"${WEBHOOKS[kind].message}","task_id":${JSON.stringify(event.taskId)},` +
    `"project":${JSON.stringify(event.project)},"event_id":"${appended.eventId}",` +
    `"position":${appended.position},"duplicate":${appended.outcome === 'duplicate'}}`
  );
}

export function conflict(position: number): ProblemError {
  return new ProblemError(
    'idempotency_conflict',
    `The key was used for another report, at position ${position}: give each report a key of its own.`,
  );
}
