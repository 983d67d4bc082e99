/** Commits one batch, in spite of races with other writers and of lost connections. */

import type { Client } from 'pg';
import { classifyFailure, type Failure, isRefusal } from '../postgres/index.js';
import { pause } from '../time/index.js';
import { AppendError, clockRefusalOf } from './append-errors.js';
import { type Head, lockHead, readHead } from './head.js';
import { insertBatch } from './insert-batch.js';
import type { LogConnection } from './log-connection.js';
import { makePlan } from './make-plan.js';
import type { AppendPlan, PreparedEvent } from './plan-append.js';
import type { RememberedPlace } from './recognise-log.js';

export interface CommitOptions {
  connection: LogConnection;
  /** Wire time. @param databaseTime the database's clock, in milliseconds since 1970, where it was just read */
  now(databaseTime?: number): string;
  /** Called with the end of each batch that was certainly committed. */
  remember(place: RememberedPlace): void;
  /** Aborted when the process ends, and cannot wait for an unknown outcome any longer. */
  giveUp: AbortSignal;
  /** Asked when a batch is sent: whether it announces itself. Batches that are committed alone always do. */
  isAnnounced(plan: AppendPlan): boolean;
  /** Called when an outcome is not known: from here on it may take a while. */
  onLost(reason: string): void;
}

/** Outcome of sending a batch; without a plan, certainly nothing was written. */
export type Outcome =
  | { kind: 'committed' | 'unknown'; plan: AppendPlan }
  /** Another writer was first, the server refused, or the batch was not sent. */
  | { kind: 'lost_race' | 'refused' | 'unsent' };

/**
 * Plans a batch and sends it. The next batch may be sent before this one is answered, planned after this one's end: when
 * this one fails, the head is not where the next one expects it, and the next one does nothing.
 *
 * @param head where the log ends before this batch; undefined when this process does not know
 * @param maySend asked immediately before sending: a batch that was sent earlier may have failed by then
 * @throws AppendError when the database cannot be reached; nothing was sent
 */
export async function sendBatch(
  options: CommitOptions,
  head: Head | undefined,
  events: readonly PreparedEvent[],
  maySend: (plan: AppendPlan) => boolean,
): Promise<Outcome> {
  let client: Client | undefined;
  let plan: AppendPlan;
  try {
    client = await options.connection.get();
    plan = await makePlan(client, head ?? (await readHead(client)), events, options.now());
  } catch (error) {
    const failure = failureOf(client, error);
    if (isForEver(failure)) return { kind: 'refused' };
    if (client !== undefined && failure === 'connection_lost') options.connection.discard(client);
    throw definite(failure, error);
  }
  if (!maySend(plan)) return { kind: 'unsent' };
  return plan.records.length === 0 ? { kind: 'committed', plan } : send(options, client, plan);
}

async function send(options: CommitOptions, client: Client, plan: AppendPlan): Promise<Outcome> {
  try {
    const epoch = await insertBatch(client, plan, options.isAnnounced(plan));
    if (epoch === undefined) return { kind: 'lost_race' };
    options.remember({ ...plan.after, epoch });
    return { kind: 'committed', plan };
  } catch (error) {
    if (isRefusal(error)) return { kind: 'refused' };
    options.connection.discard(client);
    options.onLost((error as Error).message);
    return { kind: 'unknown', plan };
  }
}

/** Milliseconds between two questions for an outcome. */
const ASK_AGAIN = 100;

/**
 * Commits a batch while no other is under way. Taking the head's lock before reading it means that the batch cannot lose
 * a race again: without it, one of 500 lost 421 times in a row against batches of 20.
 *
 * @param unconfirmed the plan that was sent before with an unknown outcome; undefined when certainly nothing was written
 * @param deadline on the clock of `performance.now()`: how long the log is asked for an unknown outcome
 * @returns what was committed, which may be long ago by now
 * @throws AppendError; all but `outcome_unknown` mean for certain that nothing was or will be written
 */
export async function commitAlone(
  options: CommitOptions,
  events: readonly PreparedEvent[],
  unconfirmed: AppendPlan | undefined,
  deadline: number,
): Promise<AppendPlan> {
  const sent = unconfirmed === undefined ? [] : [unconfirmed];
  for (;;) {
    const sentBefore = sent.length;
    let client: Client | undefined;
    try {
      client = await options.connection.get();
      return await commitUnderLock(client, options, events, sent);
    } catch (error) {
      const failure = failureOf(client, error);
      if (failure !== 'connection_lost') {
        // The server said that it failed, and so rolled it back.
        sent.length = sentBefore;
        await client?.query('ROLLBACK').catch(() => options.connection.discard(client as Client));
      } else if (client !== undefined) options.connection.discard(client);
      const refusal = clockRefusalOf(error);
      if (refusal !== undefined && sent.length === 0) throw refusal;
      // A statement that the server rejects now will be rejected whenever its lost copy arrives.
      if (sent.length === 0 || isForEver(failure)) throw definite(failure, error);
      options.onLost((error as Error).message);
      if (options.giveUp.aborted || performance.now() >= deadline) throw unknown(error);
      await pause(ASK_AGAIN, options.giveUp);
    }
  }
}

/**
 * Finds the batch as it was sent before, or writes it now, in a transaction under the head's lock. A lost
 * statement that arrives later finds that the head has moved, and does nothing.
 *
 * @param sent every plan of this batch that may have reached the log; a new one is added before it is sent
 */
async function commitUnderLock(
  client: Client,
  { now, remember }: CommitOptions,
  events: readonly PreparedEvent[],
  sent: AppendPlan[],
): Promise<AppendPlan> {
  // The idle time-out frees the head for other writers when this host disappears without closing the connection.
  await client.query(
    "BEGIN; SET LOCAL lock_timeout = '5s'; SET LOCAL idle_in_transaction_session_timeout = '5s'",
  );
  const head = await lockHead(client);
  const done = await findCommitted(client, sent);
  const plan = done ?? (await makePlan(client, head, events, now(head.databaseTime)));
  let epoch: string | undefined;
  if (done === undefined && plan.records.length > 0) {
    sent.push(plan);
    epoch = await insertBatch(client, plan);
    if (epoch === undefined) {
      throw new TypeError('the locked head moved: something other than this product writes to the log');
    }
  }
  await client.query('COMMIT');
  if (epoch !== undefined) remember({ ...plan.after, epoch });
  return plan;
}

/** Appends are all or nothing, so the first record's id at the first record's position decides. */
async function findCommitted(client: Client, sent: readonly AppendPlan[]): Promise<AppendPlan | undefined> {
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

/** Meaning of an error. Without a connection nothing was sent; an unknown error may have come after the commit. */
function failureOf(client: Client | undefined, error: unknown): Failure {
  if (client === undefined) return 'unavailable';
  const failure = classifyFailure(error);
  return failure === 'bug' && !isRefusal(error) ? 'connection_lost' : failure;
}

const isForEver = (failure: Failure) => failure === 'rejected' || failure === 'bug';

function definite(failure: Failure, error: unknown): AppendError {
  const code = isForEver(failure) ? 'rejected' : 'database_unavailable';
  return new AppendError(code, (error as Error).message, { cause: error });
}

function unknown(cause: unknown): AppendError {
  return new AppendError(
    'outcome_unknown',
    'the connection to the event log was lost while it was writing, and it cannot be asked',
    { cause },
  );
}
