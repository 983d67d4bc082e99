/** The four webhooks: one report a request. */
import type { IncomingMessage } from 'node:http';
import { MAX_BODY_BYTES, WEBHOOKS, type WebhookKind } from '@att/contracts';
import type { Appended, NewEvent } from '@att/platform/event-log';
import { decodeUtf8, mediaTypeOf, ProblemError, readBody } from '@att/platform/http';
import { idempotencyKeyOf, type WithHeaders } from './headers.js';
import { parseJson } from './parse-json.js';
import { toEvent } from './validate.js';

export interface Appending {
  append(events: readonly NewEvent[]): Promise<Appended[]>;
}

/** A report whose body is still to be read. */
export async function storeStreamed(
  log: Appending,
  kind: WebhookKind,
  actor: string,
  request: IncomingMessage,
): Promise<string> {
  const idempotencyKey = keyOfReport(request);
  const payload = await readBody(request, MAX_BODY_BYTES);
  return store(log, kind, actor, idempotencyKey, payload);
}

/** A report that came in one piece. */
export function storeWhole(
  log: Appending,
  kind: WebhookKind,
  actor: string,
  request: WithHeaders & { body: Buffer },
): Promise<string> {
  return store(log, kind, actor, keyOfReport(request), request.body);
}

function keyOfReport(request: WithHeaders): string | undefined {
  mediaTypeOf(request.headers, ['json']);
  return idempotencyKeyOf(request);
}

/** @returns the answer, as JSON */
function store(
  log: Appending,
  kind: WebhookKind,
  actor: string,
  idempotencyKey: string | undefined,
  payload: Buffer,
): Promise<string> {
  const event = toEvent({ kind, body: parseJson(decodeUtf8(payload)), payload, actor, idempotencyKey });
  return log.append([event]).then(([appended]) => answer(kind, event, appended as Appended));
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
