export type { EventBatch, EventFeed, EventSlice, ReadOptions } from './event-feed.js';
export { createPostgresFeed, type PostgresFeedOptions } from './postgres-feed.js';
export { createWakeUps, type WakeUps } from './wake-ups.js';
