/** The four webhooks: one report a request. */
import type { IncomingMessage } from 'node:http';
import { MAX_BODY_BYTES, WEBHOOKS, type WebhookKind } from '@att/contracts';
import type { Appended, NewEvent } from '@att/platform/event-log';
import { isPacked, mediaTypeOf, ProblemError, packedLimit, readBody, unpack } from '@att/platform/http';
import { idempotencyKeyOf, type WithHeaders } from './headers.js';
import { parsePayload, withoutMark } from './parse-json.js';
import { toEvent } from './validate.js';

export interface Appending {
  append(events: readonly NewEvent[]): Promise<Appended[]>;
}

/**
 * A report whose body is still to be read.
 *
 * @param isLenient whether text that cannot be kept is replaced
 */
export async function storeStreamed(
  log: Appending,
  kind: WebhookKind,
  actor: string,
  request: IncomingMessage,
  isLenient: boolean,
): Promise<string> {
  const idempotencyKey = keyOfReport(request);
  const body = await readUnpacked(request, MAX_BODY_BYTES);
  return store(log, kind, actor, idempotencyKey, body, isLenient);
}

/** The body as it was before it was packed. @param limit bytes that it may have then */
export async function readUnpacked(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (!isPacked(request.headers)) return readBody(request, limit);
  return unpack(await readBody(request, packedLimit(limit)), limit);
}

/** A report that came in one piece. */
export function storeWhole(
  log: Appending,
  kind: WebhookKind,
  actor: string,
  request: WithHeaders & { body: Buffer },
): Promise<string> {
  const idempotencyKey = keyOfReport(request);
  if (!isPacked(request.headers)) return store(log, kind, actor, idempotencyKey, request.body, false);
  return unpack(request.body, MAX_BODY_BYTES).then((body) =>
    store(log, kind, actor, idempotencyKey, body, false),
  );
}

function keyOfReport(request: WithHeaders): string | undefined {
  mediaTypeOf(request.headers, ['json'], true);
  return idempotencyKeyOf(request);
}

/** @returns the answer, as JSON */
function store(
  log: Appending,
  kind: WebhookKind,
  actor: string,
  idempotencyKey: string | undefined,
  bytes: Buffer,
  isLenient: boolean,
): Promise<string> {
  const { body, payload, isReplaced } = parsePayload(withoutMark(bytes), isLenient);
  if (payload.length > MAX_BODY_BYTES) throw tooLargeReplaced();
  const event = toEvent({ kind, body, payload, actor, idempotencyKey });
  return log.append([event]).then(([appended]) => answer(kind, event, appended as Appended, isReplaced));
}

/** Spelt out: the shape is `webhookAnswer` of the contracts, and a test holds it to that. */
function answer(kind: WebhookKind, event: NewEvent, appended: Appended, isReplaced: boolean): string {
  if (appended.outcome === 'conflict') throw conflict(appended.position);
  return (
    `{"status":"accepted","message":"${WEBHOOKS[kind].message}","task_id":${JSON.stringify(event.taskId)},` +
    `"project":${JSON.stringify(event.project)},"event_id":"${appended.eventId}",` +
    `"position":${appended.position},"duplicate":${appended.outcome === 'duplicate'}${isReplaced ? REPLACED : ''}}`
  );
}

/** The member of an answer that says that text was replaced. */
export const REPLACED = ',"replaced":true';

/** U+FFFD takes three bytes where a raw NUL takes one. */
function tooLargeReplaced(): ProblemError {
  const detail = `The body may have at most ${MAX_BODY_BYTES} bytes, also once its text is replaced.`;
  return new ProblemError('body_too_large', detail);
}

export function conflict(position: number): ProblemError {
  return new ProblemError(
    'idempotency_conflict',
    `The key was used for another report, at position ${position}: give each report a key of its own.`,
  );
}
