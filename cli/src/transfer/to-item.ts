/** Conversion of a line of a file to an item of the batch route. */
import { createHash } from 'node:crypto';
import {
  batchItemType,
  eventSchema,
  isTaskEventType,
  MAX_BODY_BYTES,
  type TaskEventType,
  webhookKindOf,
} from '@att/contracts';
import { formatNumber } from '../print/table.js';
import { membersOf, withMembers } from './members.js';
import type { Line } from './read-lines.js';

export type Read =
  | { kind: 'item'; item: string }
  /** An event that no report can stand for: of another type, or with its payload erased. */
  | { kind: 'other' | 'erased' }
  | { kind: 'wrong'; detail: string };

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Fields that an event must have; lines of `att events tail` have them, too. */
const envelope = eventSchema.pick({ event_id: true, type: true, occurred_at: true, recorded_at: true });

/** @returns undefined for a blank line */
export function toItem(line: Line): Read | undefined {
  if (line.bytes === undefined) return tooLarge();
  const text = textOf(line.bytes);
  if (text?.trim() === '') return undefined;
  const object = text === undefined ? undefined : objectIn(text);
  if (text === undefined || object === undefined) return wrong('is no JSON object');
  const read = batchItemType.safeParse(object.type).success
    ? reportItem(text, object, line.number)
    : eventItem(text, object);
  return read.kind === 'item' && Buffer.byteLength(read.item) > MAX_BODY_BYTES ? tooLarge() : read;
}

/**
 * Item of a report. A report keeps its idempotency key; one without gets a key from its place in the file, so that a file that is
 * imported twice adds it once.
 */
function reportItem(text: string, object: Record<string, unknown>, line: number): Read {
  if (object.event_id != null) return item(text);
  const digest = createHash('sha256').update(`${line}\n${text}`).digest('hex');
  return item(withMembers(text, { event_id: `import:${digest}` }));
}

function eventItem(text: string, object: Record<string, unknown>): Read {
  const parsed = envelope.safeParse(object);
  if (!parsed.success) return wrong('is neither an event nor a report');
  const { event_id, type, occurred_at, recorded_at } = parsed.data;
  if (!isTaskEventType(type)) return { kind: 'other' };
  const payload = object.data_text === undefined ? dataIn(text) : object.data_text;
  if (payload === null || payload === 'null') return { kind: 'erased' };
  if (typeof payload !== 'string' || objectIn(payload) === undefined) return wrong('has no payload');
  return item(withMembers(payload, { ...marks(type, event_id), timestamp: occurred_at ?? recorded_at }));
}

/** Members that the batch route needs; they replace members of these names that the sender may have used. */
function marks(type: TaskEventType, eventId: string): { type: string; event_id: string } {
  return { type: webhookKindOf(type), event_id: `import:${eventId}` };
}

/** Text of the member `data`: the last one where there are several, as JSON parsers take it. */
function dataIn(text: string): string | undefined {
  return membersOf(text).findLast(({ name }) => name === 'data')?.text;
}

/** Item on one line: line ends, which JSON allows between its parts, become blanks. */
function item(text: string): Read {
  return { kind: 'item', item: text.replaceAll(/[\r\n]+/g, ' ') };
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

const tooLarge = () => wrong(`has more than ${formatNumber(MAX_BODY_BYTES)} bytes, which no report may have`);

function wrong(detail: string): Read {
  return { kind: 'wrong', detail };
}
