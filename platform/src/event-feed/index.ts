export type { EventBatch, EventFeed, ReadOptions } from './event-feed.js';
export { createPostgresFeed, type PostgresFeedOptions } from './postgres-feed.js';
