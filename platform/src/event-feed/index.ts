export type { EventBatch, EventFeed, EventSlice, FeedStatus, ReadOptions } from './event-feed.js';
export { createKafkaFeed, FEED_CLOSE_TIMEOUT, type KafkaFeedOptions } from './kafka-feed.js';
export { createPostgresFeed, type PostgresFeedOptions } from './postgres-feed.js';
export { createWakeUps, type WakeUps } from './wake-ups.js';
