/** Commits one batch, whatever else happens: races with other writers, and lost connections. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { classifyFailure } from '../postgres/index.js';
import { AppendError } from './append-errors.js';
import { findIdempotencyKeys } from './find-idempotency-keys.js';
import { type Head, lockHead, readHead } from './head.js';
import { insertBatch } from './insert-batch.js';
import type { LogConnection } from './log-connection.js';
import type { Appended } from './new-event.js';
import { type AppendPlan, type PreparedEvent, planAppend } from './plan-append.js';

export interface Committed {
  head: Head;
  results: Appended[];
  /** True when another writer had moved the head. */
  raced: boolean;
}

export interface CommitOptions {
  connection: LogConnection;
  /** Wire time. */
  now(): string;
  /** Milliseconds to ask for an unknown outcome before giving up. */
  outcomeTimeout: number;
  /** Aborted when nobody can wait for an unknown outcome any longer. */
  giveUp: AbortSignal;
  /** Called when the connection broke in the middle: from here on it may take a while. */
  onLost(reason: string): void;
}

/**
 * @param head where this process believes the log ends; undefined when it does not know
 * @throws AppendError; all but `outcome_unknown` mean for certain that nothing was or will be written
 */
export async function commitBatch(
  options: CommitOptions,
  head: Head | undefined,
  events: readonly PreparedEvent[],
): Promise<Committed> {
  const client = await options.connection.get().catch((error: Error) => {
    throw new AppendError('database_unavailable', error.message, { cause: error });
  });
  const sent: AppendPlan[] = [];
  try {
    const before = head ?? (await readHead(client));
    const plan = await makePlan(client, before, events, options.now());
    if (plan.records.length === 0) return committed(plan, false);
    sent.push(plan);
    if (await insertBatch(client, plan)) return committed(plan, false);
    // Another writer was first. Taking the lock before reading the head means that this batch cannot
    // lose again; without it, one of 500 lost 421 times in a row against batches of 20.
    return committed(await commitUnderLock(client, options, events, sent), true);
  } catch (error) {
    const failure = classifyFailure(error);
    if (failure !== 'connection_lost') {
      await client.query('ROLLBACK').catch(() => options.connection.discard());
      throw definite(failure, error);
    }
    options.connection.discard();
    options.onLost((error as Error).message);
    if (sent.length === 0) throw definite('unavailable', error);
    return settle(options, events, sent);
  }
}

async function makePlan(
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

function committed(plan: AppendPlan, raced: boolean): Committed {
  return { head: plan.after, results: plan.results, raced };
}

function definite(failure: 'unavailable' | 'rejected', error: unknown): AppendError {
  const code = failure === 'unavailable' ? 'database_unavailable' : 'rejected';
  return new AppendError(code, (error as Error).message, { cause: error });
}

/**
 * One transaction under the head's lock: finds the batch as it was sent before, or writes it now. A
 * statement that was lost on the way and arrives later finds that the head has moved, and does nothing.
 *
 * @param sent every plan of this batch that may have reached the log; a new one is added before it is sent
 */
async function commitUnderLock(
  client: ClientBase,
  { now }: CommitOptions,
  events: readonly PreparedEvent[],
  sent: AppendPlan[],
): Promise<AppendPlan> {
  await client.query("BEGIN; SET LOCAL lock_timeout = '5s'");
  const head = await lockHead(client);
  const done = await findCommitted(client, sent);
  const plan = done ?? (await makePlan(client, head, events, now()));
  if (done === undefined && plan.records.length > 0) {
    sent.push(plan);
    if (!(await insertBatch(client, plan))) {
      throw new TypeError('the locked head moved: something other than this product writes to the log');
    }
  }
  await client.query('COMMIT');
  return plan;
}

/** Appends are all or nothing, so the first record's id at the first record's position decides. */
async function findCommitted(
  client: ClientBase,
  sent: readonly AppendPlan[],
): Promise<AppendPlan | undefined> {
  for (const plan of sent) {
    const first = plan.records[0];
    const { rows } = await client.query<{ event_id: string }>(
      'SELECT event_id FROM log.events WHERE position = $1',
      [first?.position],
    );
    if (rows[0]?.event_id === first?.prepared.eventId) return plan;
  }
  return undefined;
}

/** Milliseconds between two questions for an outcome. */
const ASK_AGAIN = 100;

/** Asks the log what became of a batch whose connection was lost, until it answers. */
async function settle(
  options: CommitOptions,
  events: readonly PreparedEvent[],
  sent: AppendPlan[],
): Promise<Committed> {
  const deadline = AbortSignal.any([options.giveUp, AbortSignal.timeout(options.outcomeTimeout)]);
  for (;;) {
    try {
      const client = await options.connection.get();
      const plan = await commitUnderLock(client, options, events, sent);
      // Its head is where the log stood when it was written, which may be long ago by now.
      return committed(plan, false);
    } catch (error) {
      options.connection.discard();
      // What the server refuses now it refuses whenever the lost statement arrives.
      if (classifyFailure(error) === 'rejected') throw definite('rejected', error);
      if (deadline.aborted) throw unknown(error);
      await sleep(ASK_AGAIN, undefined, { signal: deadline }).catch(() => {});
    }
  }
}

function unknown(cause: unknown): AppendError {
  return new AppendError(
    'outcome_unknown',
    'the connection to the event log was lost while it was writing, and it cannot be asked',
    { cause },
  );
}
