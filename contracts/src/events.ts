/** The event envelope: one record of the immutable log, as every reader outside the log sees it. */
import { z } from 'zod';
import { jsonObject } from './json-object.js';
import { wireTime } from './time.js';

/** Types of events that agents report. Operators' commands are events too, but of types that change no task. */
export const TASK_EVENT_TYPES = ['task.started', 'task.progressed', 'task.finished', 'task.failed'] as const;
export const taskEventType = z.enum(TASK_EVENT_TYPES);
export type TaskEventType = z.infer<typeof taskEventType>;

const POSITION_HINT = `must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`;

/** Position in the log: gapless from 1; 0 stands for "before the first event". */
export const position = z.int(POSITION_HINT).nonnegative(POSITION_HINT);

/** Lower-case hex of so many bytes. */
export const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));

const envelope = z.object({
  position: position.min(1),
  event_id: z.uuid(),
  type: z.string().min(1),
  project: z.string().nullable(),
  task_id: z.string().nullable(),
  agent: z.string().nullable(),
  occurred_at: wireTime.nullable(),
  recorded_at: wireTime,
  actor: z.string(),
  salt: hex(16).nullable(),
  data_hash: hex(32),
  hash: hex(32),
});

/** An event with its payload as JSON; `data` is null once the payload was erased. */
export const eventSchema = envelope.extend({ data: z.unknown() });
export type Event = z.infer<typeof eventSchema>;

/** Event with `?data=text`: the payload is the text whose bytes were hashed. */
export const eventWithTextSchema = envelope.extend({ data_text: z.string().nullable() });
export type EventWithText = z.infer<typeof eventWithTextSchema>;

/**
 * Part of a task's event that `evolve` and the socket need. `data` is the sender's parsed payload, which
 * ingest has validated, or null once it was erased.
 */
const taskEventSchema = envelope
  .pick({ position: true, event_id: true, occurred_at: true, recorded_at: true })
  .extend({
    type: taskEventType,
    project: z.string(),
    task_id: z.string(),
    /** Null where the report named none. */
    agent: z.string().nullable(),
    data: jsonObject.nullable(),
  });
export type TaskEvent = z.infer<typeof taskEventSchema>;

const TASK_EVENT_TYPE_SET: ReadonlySet<string> = new Set(TASK_EVENT_TYPES);

/** True for the types that tasks follow from. */
export function isTaskEventType(type: string): type is TaskEventType {
  return TASK_EVENT_TYPE_SET.has(type);
}
