/**
 * Deadlines of a stop, in milliseconds. The steps follow one another, each with a bound of its own, so that the process ends by
 * itself even when the database does not answer:
 *
 * 1. services drain while the HTTP server lets requests under way finish, for 10 s at most (`HTTP_CLOSE_TIMEOUT`);
 * 2. services stop: the appender has 5 s for what it took, the projector's thread 7 s for its batch;
 * 3. side by side, in 9 s at most: the feed closes in 3 s (`FEED_CLOSE_TIMEOUT`) and then its pool in 6 s (`POOL_END_TIMEOUT`); the
 *    replica's last check ends in 2 s, and then its pools in 6 s; the pool of health checks and the shared state;
 * 4. the embedded Postgres has 15 s for its fast shutdown, 5 s for an immediate one, and 5 s to be killed.
 *
 * A stop usually takes a second. A process that passes the last deadline ends with code 1.
 */
import { FEED_CLOSE_TIMEOUT } from '@att/platform/event-feed';
import { HTTP_CLOSE_TIMEOUT } from '@att/platform/http';
import { POOL_END_TIMEOUT } from '@att/platform/postgres';

export const DRAIN_TIMEOUT = HTTP_CLOSE_TIMEOUT;
export const THREAD_STOP_TIMEOUT = 7_000;
export const SERVICE_STOP_TIMEOUT = 8_000;
export const CONTEXT_CLOSE_TIMEOUT = FEED_CLOSE_TIMEOUT + POOL_END_TIMEOUT + 1_000;

/** Deadline of a process with a given database. */
export const STOP_DEADLINE = DRAIN_TIMEOUT + SERVICE_STOP_TIMEOUT + CONTEXT_CLOSE_TIMEOUT + 2_000;
export const STOP_DEADLINE_WITH_POSTGRES = STOP_DEADLINE + 27_000;
