/** The batch: many reports in one request, each answered on its own. */

import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { batchItemType, MAX_BATCH_BYTES, MAX_BODY_BYTES, type WebhookKind } from '@att/contracts';
import type { Appended, NewEvent } from '@att/platform/event-log';
import {
  decodeUtf8,
  mediaTypeOf,
  notUtf8,
  ProblemError,
  problemAnswer,
  readBody,
  sendJson,
} from '@att/platform/http';
import type { Logger } from '@att/platform/logging';
import { arrayItems, isArray } from './array-items.js';
import { bounded } from './batch-bounds.js';
import { batchLines } from './batch-lines.js';
import { refuseKeyOnBatch } from './headers.js';
import { parseJson } from './parse-json.js';
import { type Appending, conflict } from './single.js';
import { Turns } from './turns.js';
import { isObject, notAnObject, toEvent } from './validate.js';

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
  const bytes = await readBody(request, MAX_BATCH_BYTES);
  const turns = new Turns();
  const events =
    mediaType === 'json' ? await ofArray(bytes, actor, turns) : await ofLines(bytes, actor, turns);
  const valid = events.filter((event): event is NewEvent => !(event instanceof ProblemError));
  const appended = valid.length === 0 ? [] : await log.append(valid);
  sendJson(response, 207, requestId, `[${answers(events, appended, requestId, logger).join(',')}]`);
}

type EventOrProblem = NewEvent | ProblemError;

/** An item that is no JSON makes the array none; what else is wrong with it costs the others nothing. */
async function ofArray(bytes: Buffer, actor: string, turns: Turns): Promise<EventOrProblem[]> {
  if (!isUtf8(bytes)) throw notUtf8();
  if (!isArray(bytes)) throw noArray(bytes);
  const items = await arrayItems(bytes, turns);
  return eventsOf(items, turns, (item, index) => {
    const event = toEventOrProblem(item, actor);
    if (!(event instanceof ProblemError) || event.code !== 'malformed_json') return event;
    throw new ProblemError('malformed_json', `At /${index}: ${event.detail}`);
  });
}

/** What is no JSON at all is told so, where it is short enough to be read for that. */
function noArray(bytes: Buffer): ProblemError {
  if (bytes.length <= MAX_BODY_BYTES) parseJson(bytes.toString('utf8'));
  return new ProblemError('invalid_body', 'The body must be a JSON array of reports, or NDJSON.', [
    { pointer: '', detail: 'must be an array' },
  ]);
}

async function ofLines(bytes: Buffer, actor: string, turns: Turns): Promise<EventOrProblem[]> {
  const lines = await batchLines(bytes, turns);
  return eventsOf(lines, turns, (line) => toEventOrProblem(line, actor));
}

async function eventsOf(
  payloads: readonly Buffer[],
  turns: Turns,
  toEvent: (payload: Buffer, index: number) => EventOrProblem,
): Promise<EventOrProblem[]> {
  const events: EventOrProblem[] = [];
  for (const [index, payload] of payloads.entries()) {
    events.push(toEvent(payload, index));
    if (turns.isOver) await turns.next();
  }
  return events;
}

function toEventOrProblem(payload: Buffer, actor: string): EventOrProblem {
  try {
    const body = parseJson(decodeUtf8(bounded(payload)));
    return toEvent({ kind: kindOf(body), body, payload, actor, idempotencyKey: undefined });
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
  events: readonly EventOrProblem[],
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
