/** Appends within the caller's transaction: an event commits together with the change that it records, or not at all. */
import type { ClientBase } from 'pg';
import type { DatabaseRole } from '../postgres/index.js';
import { clockRefusalOf } from './append-errors.js';
import { lockHead } from './head.js';
import { insertBatch } from './insert-batch.js';
import { timeToRecord } from './log-clock.js';
import { makePlan } from './make-plan.js';
import type { Appended, NewEvent } from './new-event.js';
import { type AppendPlan, prepare } from './plan-append.js';
import { recogniseLog } from './recognise-log.js';

/**
 * Takes the head's lock to the end of the caller's transaction, so it is the last thing to do before COMMIT.
 * Appenders wait that long; a batch of theirs under way finds that the head has moved, and is tried again.
 *
 * @param client with an open transaction
 * @param writer the role that may write the log, taken for this and given back; undefined: the client's own may
 * @param now wire time
 * @throws AppendError clock_refused
 */
export async function appendWithin(
  client: ClientBase,
  writer: DatabaseRole | undefined,
  events: readonly NewEvent[],
  now: string,
): Promise<Appended[]> {
  const before = writer === undefined ? undefined : await takeRole(client, writer);
  // The first write after a fail-over may be this one.
  await recogniseLog(client);
  const head = await lockHead(client);
  const time = new Date(timeToRecord(Date.parse(now), head.databaseTime)).toISOString();
  const plan = await makePlan(client, head, events.map(prepare), time);
  if (plan.records.length > 0 && (await insert(client, plan)) === undefined) {
    throw new TypeError('the locked head moved: something other than this product writes to the log');
  }
  if (before !== undefined) await takeRole(client, before);
  return plan.results;
}

async function insert(client: ClientBase, plan: AppendPlan): Promise<string | undefined> {
  try {
    return await insertBatch(client, plan);
  } catch (error) {
    throw clockRefusalOf(error) ?? error;
  }
}

/** Sets the role for the rest of the transaction. @returns the former role; `none` for that of the user who logged in */
async function takeRole(client: ClientBase, role: string): Promise<string> {
  const { rows } = await client.query<{ before: string }>(
    "SELECT current_setting('role') AS before, set_config('role', $1, true)",
    [role],
  );
  return rows[0]?.before as string;
}
