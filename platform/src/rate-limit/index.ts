export type { RateLimitHeaders } from './answers.js';
export { createRateLimits, type RateLimits } from './create-rate-limits.js';
export { RateLimiter, type RateLimiterOptions } from './rate-limiter.js';
