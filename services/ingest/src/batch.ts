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
import {
  decodeUtf8,
  type MediaType,
  mediaTypeOf,
  ProblemError,
  parseAnyJson,
  problemAnswer,
  readBody,
  sendJson,
} from '@att/platform/http';
import type { Logger } from '@att/platform/logging';
import { refuseKeyOnBatch } from './headers.js';
import { itemTexts } from './json-structure.js';
import { parseJson, refuseUnkeepable } from './parse-json.js';
import { type Appending, conflict } from './single.js';
import { isObject, notAnObject, toEvent } from './validate.js';

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
  const items = itemsOf(mediaType, await readBody(request, MAX_BATCH_BYTES));
  const events = items.map((item) => toEventOrProblem(item, actor));
  const valid = events.filter((event): event is NewEvent => !(event instanceof ProblemError));
  const appended = valid.length === 0 ? [] : await log.append(valid);
  sendJson(response, 207, requestId, `[${answers(events, appended, requestId, logger).join(',')}]`);
}

function itemsOf(mediaType: MediaType, bytes: Buffer): Item[] {
  return mediaType === 'json' ? arrayItems(decodeUtf8(bytes)) : linesOf(bytes).map(lineItem);
}

/** Items are sliced, not serialised again: what one cannot keep costs the others nothing. */
function arrayItems(text: string): Item[] {
  const parsed = parseAnyJson(text);
  if (!Array.isArray(parsed)) {
    throw new ProblemError('invalid_body', 'The body must be a JSON array of reports, or NDJSON.', [
      { pointer: '', detail: 'must be an array' },
    ]);
  }
  refuseTooMany(parsed.length);
  if (parsed.length === 0) return [];
  return itemTexts(text).map((itemText, index) => arrayItem(itemText, parsed[index]));
}

function arrayItem(text: string, body: unknown): Item {
  return orProblem(() => {
    const payload = bounded(Buffer.from(text, 'utf8'));
    refuseUnkeepable(text, body);
    return { body, payload };
  });
}

/** Lines as they were sent; blank ones between them mean nothing. */
function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start);
    const next = newline < 0 ? bytes.length : newline + 1;
    const end = newline < 0 ? bytes.length : newline;
    const line = bytes.subarray(start, bytes[end - 1] === 0x0d ? end - 1 : end);
    if (!line.every(isBlank)) lines.push(line);
    start = next;
  }
  refuseTooMany(lines.length);
  return lines;
}

const isBlank = (byte: number) => byte === 0x20 || byte === 0x09 || byte === 0x0d;

function lineItem(line: Buffer): Item {
  return orProblem(() => ({ payload: bounded(line), body: parseJson(decodeUtf8(line)) }));
}

function refuseTooMany(count: number): void {
  if (count <= MAX_BATCH_ITEMS) return;
  throw new ProblemError(
    'too_many_items',
    `A batch may have at most ${MAX_BATCH_ITEMS} items; this has ${count}.`,
  );
}

function bounded(payload: Buffer): Buffer {
  if (payload.length <= MAX_BODY_BYTES) return payload;
  throw new ProblemError('body_too_large', `An item may have at most ${MAX_BODY_BYTES} bytes.`);
}

function toEventOrProblem(item: Item, actor: string): NewEvent | ProblemError {
  if (item instanceof ProblemError) return item;
  const { body, payload } = item;
  return orProblem(() => toEvent({ kind: kindOf(body), body, payload, actor, idempotencyKey: undefined }));
}

function orProblem<T>(make: () => T): T | ProblemError {
  try {
    return make();
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
}

function kindOf(body: unknown): WebhookKind {
  if (!isObject(body)) throw notAnObject();
  const parsed = batchItemType.safeParse(Object.hasOwn(body, 'type') ? body.type : undefined);
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
