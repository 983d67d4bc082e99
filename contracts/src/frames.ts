/** Frames that travel over the socket: made from an event, and turned back into `evolve`'s input. */
import { z } from 'zod';
import { REPLAY_COMMAND_TYPES } from './client-messages.js';
import { position, type TaskEvent, type TaskEventType, taskEventType } from './events.js';
import { jsonObject } from './json-object.js';
import { wireTime } from './time.js';

/** Bytes of UTF-8; a larger field of a frame is cut and named in `truncated`. */
export const MAX_FRAME_FIELD_BYTES = 8 * 1024;
/** Seconds between two heartbeats. */
export const HEARTBEAT_SECONDS = 25;

export const helloFrame = z.object({
  type: z.literal('connection'),
  message: z.string(),
  project: z.string().nullable(),
  epoch: z.uuid(),
  /** The head of the log. */
  position,
  timestamp: wireTime,
});

/** The answer to a client's ping. As with a heartbeat, everything up to here that this client may see was sent. */
export const pongFrame = z.object({
  type: z.literal('pong'),
  message: z.literal('pong'),
  position,
  timestamp: wireTime,
});

/**
 * Position up to which everything that this client may see was sent. It comes with each heartbeat, and as the answer to
 * each command of a replay, which it names. Frames behind the answer to a seek come after its position; frames before it
 * were sent before the seek.
 */
export const positionFrame = z.object({
  type: z.literal('position'),
  position,
  timestamp: wireTime,
  answers: z.enum(REPLAY_COMMAND_TYPES).optional(),
});

/** Sent once all missing frames were sent: the socket is live from here on or, where it was to end at `until`, it closes. */
export const caughtUpFrame = z.object({ type: z.literal('caught_up'), position, timestamp: wireTime });

/** Fetch a new snapshot; the socket goes on live after `position`. */
export const resetFrame = z.object({
  type: z.literal('reset'),
  reason: z.string(),
  epoch: z.uuid(),
  position,
  timestamp: wireTime,
});

/** Why a client's message was not carried out; nothing has changed. */
export const SOCKET_ERROR_CODES = [
  'not_text',
  /** A command with a field that is missing or wrong. */
  'bad_message',
  /** The socket was opened with neither `speed` nor `until`. */
  'not_a_replay',
  /** A seek beyond the end of the log. */
  'position_ahead',
  /** A seek beyond the end of the replay. */
  'past_until',
] as const;
export type SocketErrorCode = (typeof SOCKET_ERROR_CODES)[number];

export const errorFrame = z.object({
  type: z.literal('error'),
  code: z.enum(SOCKET_ERROR_CODES),
  message: z.string(),
});

const eventFrameType = z.enum(['task_started', 'task_status_updated', 'task_finished', 'task_error']);

const FRAME_TYPES: Readonly<Record<TaskEventType, z.infer<typeof eventFrameType>>> = {
  'task.started': 'task_started',
  'task.progressed': 'task_status_updated',
  'task.finished': 'task_finished',
  'task.failed': 'task_error',
};

export const eventFrame = z.object({
  type: eventFrameType,
  position: position.min(1),
  /** The recorded time. */
  timestamp: wireTime,
  data: z.object({
    task_id: z.string(),
    /** Left out where the report had none. */
    title: z.string().optional(),
    /** A title for a task that has none. */
    task_hint: z.string().optional(),
    /** Stands where the payload was erased, and with it every field that it brought. */
    erased: z.literal(true).optional(),
    project: z.string(),
    /** Null where the report named none. */
    agent: z.string().nullable(),
    status: z.string().nullable(),
    event_id: z.uuid(),
    occurred_at: wireTime.nullable(),
    started_at: wireTime.optional(),
    finished_at: wireTime.optional(),
    progress: z.number().optional(),
    message: z.string().optional(),
    duration_seconds: z.number().optional(),
    result: z.unknown().optional(),
    error_type: z.string().optional(),
    error_message: z.string().optional(),
    stack_trace: z.string().optional(),
    metadata: jsonObject.optional(),
    /** Names of the fields that were cut to 8 KiB, or emptied where they are not text. */
    truncated: z.array(z.string()).optional(),
  }),
});
export type EventFrame = z.infer<typeof eventFrame>;

export const serverFrame = z.discriminatedUnion('type', [
  helloFrame,
  pongFrame,
  positionFrame,
  caughtUpFrame,
  resetFrame,
  errorFrame,
  eventFrame,
]);
export type ServerFrame = z.infer<typeof serverFrame>;

/** The frame of a task's event, from the event alone. */
export function frameOf(event: TaskEvent): EventFrame {
  const happenedAt = event.occurred_at ?? event.recorded_at;
  const payload = event.data ?? {};
  const data: EventFrame['data'] = {
    task_id: event.task_id,
    title: typeof payload.task === 'string' ? payload.task : undefined,
    project: event.project,
    agent: event.agent,
    status: null,
    event_id: event.event_id,
    occurred_at: event.occurred_at,
  };
  if (event.data === null) data.erased = true;
  switch (event.type) {
    case 'task.started':
      data.status = 'running';
      data.started_at = happenedAt;
      break;
    case 'task.progressed':
      data.status = typeof payload.status === 'string' ? payload.status : null;
      break;
    case 'task.finished':
      data.status = 'completed';
      data.finished_at = happenedAt;
      break;
    case 'task.failed':
      data.status = 'failed';
      data.finished_at = happenedAt;
      break;
  }
  const truncated: string[] = [];
  for (const field of BROUGHT[event.type]) {
    const value = payload[field];
    if (value === undefined || value === null) continue;
    const bounded = cut(value);
    if (bounded !== value) truncated.push(field);
    Object.assign(data, { [field]: bounded });
  }
  if (truncated.length > 0) data.truncated = truncated;
  return { type: FRAME_TYPES[event.type], position: event.position, timestamp: event.recorded_at, data };
}

/** Fields that a payload of each type brings into its frame. */
const BROUGHT = {
  'task.started': ['task_hint', 'metadata'],
  'task.progressed': ['task_hint', 'progress', 'message', 'metadata'],
  'task.finished': ['task_hint', 'duration_seconds', 'result', 'metadata'],
  'task.failed': ['task_hint', 'error_type', 'error_message', 'stack_trace', 'metadata'],
} as const satisfies Record<TaskEventType, readonly (keyof EventFrame['data'])[]>;

/** The event of a frame, as `evolve` takes it; exact but for fields that the frame names in `truncated`. */
export function eventOfFrame(frame: EventFrame): TaskEvent {
  const { task_id, title, erased, project, agent, status, event_id, occurred_at, ...rest } = frame.data;
  return {
    position: frame.position,
    event_id,
    type: EVENT_TYPES[frame.type],
    project,
    task_id,
    agent,
    occurred_at,
    recorded_at: frame.timestamp,
    data: erased === true ? null : { task: title, status, ...rest },
  };
}

const EVENT_TYPES = Object.fromEntries(
  taskEventType.options.map((type) => [FRAME_TYPES[type], type]),
) as Record<z.infer<typeof eventFrameType>, TaskEventType>;

/** The value itself when it fits; else text cut at a character, or null or {} for other JSON. */
function cut(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return fits(value) ? value : cutToField(value);
  if (fits(JSON.stringify(value))) return value;
  return Array.isArray(value) ? [] : {};
}

const encoder = new TextEncoder();

function fits(text: string): boolean {
  // A UTF-16 unit takes at most three bytes, so most fields need no encoding to be known to fit.
  return text.length * 3 <= MAX_FRAME_FIELD_BYTES || encoder.encode(text).length <= MAX_FRAME_FIELD_BYTES;
}

function cutToField(text: string): string {
  const { read } = encoder.encodeInto(text, new Uint8Array(MAX_FRAME_FIELD_BYTES));
  return text.slice(0, read);
}
