/**
 * Messages of the topic: CloudEvents 1.0 in structured mode of the Kafka binding
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md). One header, and an
 * envelope of JSON as the value, with `data` as its last member: the payload's own bytes, neither parsed nor serialised
 * by us on either side.
 */
import type { HashedEvent, LogEvent } from '../event-log/index.js';

/** An event as it is published; its salt never leaves the database. */
export type TopicEvent = HashedEvent;

export interface PlaceInTopic {
  /** Epoch of the log that the event was read from. */
  epoch: string;
  /** Position of the message before this one in its partition; 0 where none is known. */
  prev: number;
}

/** A message as a reader takes it from the topic. */
export interface TopicMessage extends PlaceInTopic {
  event: LogEvent;
  /** Hash of the event, lower-case hex. */
  hash: string;
  /** False where the payload was too large for a message: the database has it. */
  hasData: boolean;
}

export { TOPIC_CONTENT_TYPE as CONTENT_TYPE } from '@att/contracts';

/** Bytes of a value at most; the topic's `max.message.bytes` bounds a whole batch of one partition. */
export const MAX_VALUE_BYTES = 3 * 1024 * 1024;

const DATA = ',"data":';

/** @returns the value of the message, UTF-8 */
export function encodeMessage(event: TopicEvent, place: PlaceInTopic): Buffer {
  const { position, event_id, type, recorded_at, project, task_id, agent, actor, occurred_at, data_text } =
    event;
  // Attributes without a value are left out: CloudEvents has no null. Positions are text: its integers have 32 bits.
  const attributes = {
    specversion: '1.0',
    id: event_id,
    type,
    source: '/api/events',
    time: recorded_at,
    datacontenttype: 'application/json',
    position: String(position),
    prev: String(place.prev),
    epoch: place.epoch,
    hash: event.hash,
    datahash: event.data_hash,
    project: project ?? undefined,
    taskid: task_id ?? undefined,
    agent: agent ?? undefined,
    actor,
    occurredat: occurred_at ?? undefined,
  };
  const head = JSON.stringify(attributes).slice(0, -1);
  const value = Buffer.from(`${head}${DATA}${data_text ?? 'null'}}`);
  if (value.length <= MAX_VALUE_BYTES) return value;
  return Buffer.from(`${head},"dataref":"/api/events/${position}"}`);
}

/** Key of the message: it puts the events of a task into one partition. Undefined for operators' events. */
export function messageKey({ project, task_id }: Pick<LogEvent, 'project' | 'task_id'>): string | undefined {
  if (project === null || task_id === null) return undefined;
  return `${encodeURIComponent(project)}/${encodeURIComponent(task_id)}`;
}

/**
 * Takes a message apart without parsing its payload. Within a JSON text a quote inside a string is escaped, so the
 * first `,"data":` is the member itself.
 *
 * @throws Error for a value that is no message of ours
 */
export function decodeMessage(value: Buffer): TopicMessage {
  const at = value.indexOf(DATA);
  const head = at < 0 ? value.toString() : `${value.toString('utf8', 0, at)}}`;
  const attributes = JSON.parse(head) as Record<string, string | undefined>;
  const { position, prev, epoch, hash, id, type, time, actor } = attributes;
  if (
    position === undefined ||
    prev === undefined ||
    epoch === undefined ||
    hash === undefined ||
    id === undefined ||
    type === undefined ||
    time === undefined ||
    actor === undefined
  ) {
    throw new Error('a message of the topic lacks an attribute that every event of the log has');
  }
  const data = at < 0 ? null : value.toString('utf8', at + DATA.length, value.length - 1);
  return {
    epoch,
    prev: Number(prev),
    hash,
    hasData: at >= 0,
    event: {
      position: Number(position),
      event_id: id,
      type,
      project: attributes.project ?? null,
      task_id: attributes.taskid ?? null,
      agent: attributes.agent ?? null,
      occurred_at: attributes.occurredat ?? null,
      recorded_at: time,
      actor,
      // An erased payload; that of an event is an object.
      data_text: data === 'null' ? null : data,
    },
  };
}
