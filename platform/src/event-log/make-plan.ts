import type { ClientBase } from 'pg';
import { findIdempotencyKeys } from './find-idempotency-keys.js';
import type { Head } from './head.js';
import { type AppendPlan, type PreparedEvent, planAppend } from './plan-append.js';

/** Plans a batch after looking its idempotency keys up. @param now wire time */
export async function makePlan(
  client: ClientBase,
  before: Head,
  events: readonly PreparedEvent[],
  now: string,
): Promise<AppendPlan> {
  const keys = events.flatMap(({ event: { project, idempotencyKey } }) =>
    idempotencyKey === null ? [] : [{ project, idempotencyKey }],
  );
  const known = keys.length === 0 ? [] : await findIdempotencyKeys(client, keys);
  return planAppend(before, events, known, now);
}
