/** The batch: many reports in one request, each answered on its own. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  batchItemType,
  MAX_BATCH_BYTES,
  MAX_BATCH_ITEMS,
  MAX_BODY_BYTES,
  type WebhookKind,
} from '@att/contracts';
import type { Appended, NewEvent } from '@att/platform/event-log';
import { ProblemError, problemAnswer, readBody, sendJson } from '@att/platform/http';
import type { Logger } from '@att/platform/logging';
import { type MediaType, mediaTypeOf, refuseKeyOnBatch } from './headers.js';
import { decodeUtf8, parseJson } from './parse-json.js';
import { type Appending, conflict } from './single.js';
import { toEvent } from './validate.js';

/** An item's text, or why it has none. */
type Item = { body: unknown; payload: Buffer } | ProblemError;

export async function handleBatch(
  log: Appending,
  actor: string,
  requestId: string,
  request: IncomingMessage,
  response: ServerResponse,
  logger: Logger,
): Promise<void> {
  const mediaType = mediaTypeOf(request.headers, ['json', 'ndjson']);
  refuseKeyOnBatch(request.headers);
  const items = itemsOf(mediaType, decodeUtf8(await readBody(request, MAX_BATCH_BYTES)));
  const events = items.map((item) => toEventOrProblem(item, actor));
  const valid = events.filter((event): event is NewEvent => !(event instanceof ProblemError));
  const appended = valid.length === 0 ? [] : await log.append(valid);
  sendJson(response, 207, requestId, `[${answers(events, appended, requestId, logger).join(',')}]`);
}

function itemsOf(mediaType: MediaType, text: string): Item[] {
  return mediaType === 'json' ? arrayItems(text) : lineItems(text);
}

function arrayItems(text: string): Item[] {
  const parsed = parseJson(text);
  if (!Array.isArray(parsed)) {
    throw new ProblemError('invalid_body', 'The body must be a JSON array of reports, or NDJSON.', [
      { pointer: '', detail: 'must be an array' },
    ]);
  }
  refuseTooMany(parsed.length);
  return parsed.map((body: unknown) => bounded(body, Buffer.from(JSON.stringify(body), 'utf8')));
}

/** Lines are kept as they were sent; blank ones between them mean nothing. */
function lineItems(text: string): Item[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  refuseTooMany(lines.length);
  return lines.map((line) => {
    try {
      return bounded(parseJson(line), Buffer.from(line.trim(), 'utf8'));
    } catch (error) {
      if (error instanceof ProblemError) return error;
      throw error;
    }
  });
}

function refuseTooMany(count: number): void {
  if (count <= MAX_BATCH_ITEMS) return;
  throw new ProblemError(
    'too_many_items',
    `A batch may have at most ${MAX_BATCH_ITEMS} items; this has ${count}.`,
  );
}

function bounded(body: unknown, payload: Buffer): Item {
  if (payload.length <= MAX_BODY_BYTES) return { body, payload };
  return new ProblemError('body_too_large', `An item may have at most ${MAX_BODY_BYTES} bytes.`);
}

function toEventOrProblem(item: Item, actor: string): NewEvent | ProblemError {
  if (item instanceof ProblemError) return item;
  try {
    const kind = kindOf(item.body);
    return toEvent({ kind, body: item.body, payload: item.payload, actor, idempotencyKey: undefined });
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
}

function kindOf(body: unknown): WebhookKind {
  const type = typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined;
  const parsed = batchItemType.safeParse(type);
  if (parsed.success) return parsed.data;
  const detail = parsed.error.issues[0]?.message ?? 'is wrong';
  throw new ProblemError('invalid_body', `/type ${detail}.`, [{ pointer: '/type', detail }]);
}

/** One an item, in their order: accepted, or a problem document. */
function answers(
  events: readonly (NewEvent | ProblemError)[],
  appended: readonly Appended[],
  requestId: string,
  logger: Logger,
): string[] {
  let next = 0;
  return events.map((event) => {
    if (event instanceof ProblemError) return problemText(event, requestId, logger);
    const result = appended[next++] as Appended;
    if (result.outcome === 'conflict') return problemText(conflict(result.position), requestId, logger);
    return (
      `{"status":202,"task_id":${JSON.stringify(event.taskId)},"project":${JSON.stringify(event.project)},` +
      `"event_id":"${result.eventId}","position":${result.position},"duplicate":${result.outcome === 'duplicate'}}`
    );
  });
}

function problemText(error: ProblemError, requestId: string, logger: Logger): string {
  return JSON.stringify(problemAnswer(error, requestId, logger).body);
}
