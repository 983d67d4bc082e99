/** Message of the topic that the log is published to: a CloudEvent 1.0 in JSON, with attributes of ours. */
import { z } from 'zod';
import { hex } from './events.js';
import { wireTime } from './time.js';

/** Name of the topic, unless the configuration gives it another. */
export const EVENTS_TOPIC = 'att.events.v1';
export const TOPIC_CONTENT_TYPE = 'application/cloudevents+json';

/** Text, as an integer of CloudEvents has 32 bits. */
const positionText = (pattern: RegExp) => z.string().regex(pattern);

export const topicMessage = z.object({
  specversion: z.literal('1.0'),
  id: z.uuid().describe('Id of the event: the same when a message is sent again'),
  type: z.string().min(1),
  source: z.literal('/api/events'),
  time: wireTime.describe('When the log recorded the event'),
  datacontenttype: z.literal('application/json'),
  position: positionText(/^[1-9]\d{0,15}$/).describe('Position in the log, gapless from 1'),
  prev: positionText(/^\d{1,16}$/).describe(
    'Position of the message before this one in its partition; 0 where none is known',
  ),
  epoch: z.uuid().describe('The log that the position belongs to'),
  hash: hex(32).describe("The event's place in the hash chain"),
  datahash: hex(32).describe('Salted hash of the payload'),
  project: z.string().optional(),
  taskid: z.string().optional(),
  agent: z.string().optional(),
  actor: z.string().describe('Key that the event was written with'),
  occurredat: wireTime.optional().describe("When it happened, by the sender's clock"),
  dataref: z
    .string()
    .optional()
    .describe('In place of data, where that is too large for a message: path of the event in the API'),
  data: z.unknown().optional().describe('The payload; null once it was erased'),
});

/** Key of a message: it puts the events of a task into one partition, in order. */
export const topicMessageKey = z
  .string()
  .regex(/^[^/]+\/[^/]+$/)
  .describe("project/task_id, each percent-encoded; operators' events have none");
