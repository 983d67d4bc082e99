/** Delay before a read that failed is tried again. */
import { ApiProblem } from '../api/errors';
import { backoffMs, soonMs } from '../socket/backoff';

/** Milliseconds. @param failures in a row before this one; `random` is from 0 to below 1 */
export function retryDelay(error: unknown, failures: number, random: number): number {
  const asked = error instanceof ApiProblem ? (error.retryAfter ?? 0) * 1_000 : 0;
  // A read model that is being built is no failure: the server says when asking again is worth it.
  const isBuilding = error instanceof ApiProblem && error.progress !== undefined;
  return asked + (isBuilding ? soonMs(random) : backoffMs(failures + 1, random));
}
