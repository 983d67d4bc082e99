export { ensureTopic, type Topic } from './ensure-topic.js';
export { findOffsets, type Offsets } from './find-offsets.js';
export { type FollowOptions, type FoundMessage, followTopic } from './follow-topic.js';
export {
  CONTENT_TYPE,
  decodeMessage,
  encodeMessage,
  MAX_VALUE_BYTES,
  messageKey,
  type PlaceInTopic,
  type TopicEvent,
  type TopicMessage,
} from './message.js';
export { OPERATORS_PARTITION, partitionOf } from './partition-of.js';
export {
  type MessagePlace,
  type PartitionRange,
  readMessagesAt,
  readRanges,
} from './topic-places.js';
export { type NewMessage, newMessage, openTopicWriter, type TopicWriter } from './topic-writer.js';
