/** The batch: many reports in one request, each answered on its own. */

import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  batchItemType,
  isJsonObject,
  MAX_BATCH_BYTES,
  MAX_BODY_BYTES,
  type WebhookKind,
} from '@att/contracts';
import type { Appended, NewEvent } from '@att/platform/event-log';
import { mediaTypeOf, notUtf8, ProblemError, problemAnswer, sendJson } from '@att/platform/http';
import type { Logger } from '@att/platform/logging';
import { arrayItems, isArray } from './array-items.js';
import { bounded } from './batch-bounds.js';
import { refuseKeyOnBatch } from './headers.js';
import { ndjsonLines } from './ndjson-lines.js';
import { parseJson, parsePayload, withoutMark } from './parse-json.js';
import { type Appending, conflict, REPLACED, readUnpacked } from './single.js';
import { TimeSlice } from './time-slice.js';
import { decodeWithSurrogates } from './unkeepable-text.js';
import { notAnObject, toEvent } from './validate.js';

export interface BatchRequest {
  log: Appending;
  actor: string;
  requestId: string;
  request: IncomingMessage;
  response: ServerResponse;
  logger: Logger;
  isLenient: boolean;
  /** Counts the items against the limit of the key; rejects where that is reached. */
  countItems(items: number): Promise<void>;
}

export async function handleBatch(batch: BatchRequest): Promise<void> {
  const { log, actor, requestId, request, response, logger, isLenient } = batch;
  const mediaType = mediaTypeOf(request.headers, ['json', 'ndjson'], true);
  refuseKeyOnBatch(request.headers);
  const bytes = withoutMark(await readUnpacked(request, MAX_BATCH_BYTES));
  const read: BatchReading = { slice: new TimeSlice(), actor, isLenient };
  const reports = await (mediaType === 'json' ? ofArray(bytes, read) : ofLines(bytes, read));
  await batch.countItems(reports.length);
  const events = reports.flatMap((report) => (report instanceof ProblemError ? [] : [report.event]));
  const appended = events.length === 0 ? [] : await log.append(events);
  sendJson(response, 207, requestId, `[${answers(reports, appended, requestId, logger).join(',')}]`);
}

/** How the items of a batch are read. */
interface BatchReading {
  slice: TimeSlice;
  actor: string;
  /** Whether text that cannot be kept is replaced. */
  isLenient: boolean;
}

/** Outcome of reading an item. */
type Report = { event: NewEvent; isReplaced: boolean } | ProblemError;

/** An item that is no JSON makes the array none; what else is wrong with it costs the others nothing. */
async function ofArray(bytes: Buffer, read: BatchReading): Promise<Report[]> {
  // Surrogates that stand raw are the fault of their items alone.
  if (!isUtf8(bytes) && decodeWithSurrogates(bytes) === undefined) throw notUtf8();
  if (!isArray(bytes)) throw noArray(bytes);
  const items = await arrayItems(bytes, read.slice);
  return reportsOf(items, read, (item, index) => {
    const report = toReport(item, read);
    if (!(report instanceof ProblemError) || report.code !== 'malformed_json') return report;
    throw new ProblemError('malformed_json', `At /${index}: ${report.detail}`);
  });
}

/** Problem of a body that is no array; a short one is parsed to say that it is no JSON at all. */
function noArray(bytes: Buffer): ProblemError {
  if (bytes.length <= MAX_BODY_BYTES) parseJson(bytes.toString('utf8'));
  return new ProblemError('invalid_body', 'The body must be a JSON array of reports, or NDJSON.', {
    errors: [{ pointer: '', detail: 'must be an array' }],
  });
}

async function ofLines(bytes: Buffer, read: BatchReading): Promise<Report[]> {
  const lines = await ndjsonLines(bytes, read.slice);
  // Files that were put together each have a mark of their own.
  return reportsOf(lines, read, (line) => toReport(withoutMark(line), read));
}

async function reportsOf(
  items: readonly Buffer[],
  { slice }: BatchReading,
  toReport: (item: Buffer, index: number) => Report,
): Promise<Report[]> {
  const reports: Report[] = [];
  for (const [index, item] of items.entries()) {
    reports.push(toReport(item, index));
    if (slice.isOver) await slice.yieldToEventLoop();
  }
  return reports;
}

function toReport(item: Buffer, { actor, isLenient }: BatchReading): Report {
  try {
    const { body, payload, isReplaced } = parsePayload(bounded(item), isLenient);
    const kind = kindOf(body);
    const event = toEvent({ kind, body, payload: bounded(payload), actor, idempotencyKey: undefined });
    return { event, isReplaced };
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
}

function kindOf(body: unknown): WebhookKind {
  if (!isJsonObject(body)) throw notAnObject();
  const parsed = batchItemType.safeParse(Object.hasOwn(body, 'type') ? body.type : undefined);
  if (parsed.success) return parsed.data;
  const detail = parsed.error.issues[0]?.message ?? 'is wrong';
  throw new ProblemError('invalid_body', `/type ${detail}.`, { errors: [{ pointer: '/type', detail }] });
}

/** Answers in the order of the items: accepted, or a problem document. */
function answers(
  reports: readonly Report[],
  appended: readonly Appended[],
  requestId: string,
  logger: Logger,
): string[] {
  let next = 0;
  return reports.map((report) => {
    if (report instanceof ProblemError) return problemText(report, requestId, logger);
    const { event, isReplaced } = report;
    const result = appended[next++] as Appended;
    if (result.outcome === 'conflict') return problemText(conflict(result.position), requestId, logger);
    return (
      `{"status":202,"task_id":${JSON.stringify(event.taskId)},"project":${JSON.stringify(event.project)},` +
      `"event_id":"${result.eventId}","position":${result.position},"duplicate":${result.outcome === 'duplicate'}${isReplaced ? REPLACED : ''}}`
    );
  });
}

function problemText(error: ProblemError, requestId: string, logger: Logger): string {
  return JSON.stringify(problemAnswer(error, requestId, logger).body);
}
