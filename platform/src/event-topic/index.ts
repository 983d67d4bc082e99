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
