/** Runs an operator's command: the register's change and the event that records it, in one transaction. */
import type { Principal } from '@att/platform/auth';
import { appendWithin, type NewEvent } from '@att/platform/event-log';
import { ProblemError } from '@att/platform/http';
import { classifyFailure, type DatabaseRole, withClient } from '@att/platform/postgres';
import { GENERATIONS_CHANNEL } from '@att/platform/projections';
import type { ClientBase, Pool } from 'pg';

export interface CommandResult<T> {
  /** Events that record the command; none where everything was so already, as nothing was done then. */
  events: readonly NewEvent[];
  answer: T;
}

/** @throws ProblemError outcome_unknown, and any error of `work`: nothing was done or recorded then */
export type RunCommand = <T>(work: (client: ClientBase) => Promise<CommandResult<T>>) => Promise<T>;

/** @param logWriterRole role that may write the log; undefined where there are no roles */
export function createRunCommand(pool: Pool, logWriterRole: DatabaseRole | undefined): RunCommand {
  // A command that is refused is rolled back by closing its connection.
  return (work) =>
    withClient(pool, async (client) => {
      // Time limits: a batch in progress, or a host that disappeared, must not lock the head for long.
      await client.query(
        "BEGIN; SET LOCAL lock_timeout = '5s'; SET LOCAL idle_in_transaction_session_timeout = '5s'",
      );
      const { events, answer } = await work(client);
      if (events.length > 0) {
        await client.query(`SELECT pg_notify('${GENERATIONS_CHANNEL}', '')`);
        await appendWithin(client, logWriterRole, events, new Date().toISOString());
      }
      await client.query('COMMIT').catch(unknownIfLost);
      return answer;
    });
}

/** Actor of a command, for its event. */
export function actorOf(principal: Principal | undefined): string {
  if (principal === undefined) throw new TypeError('a command has an actor: its route must have a scope');
  return principal.actor;
}

function unknownIfLost(error: unknown): never {
  if (classifyFailure(error) !== 'connection_lost') throw error;
  throw new ProblemError(
    'outcome_unknown',
    'The database was lost while it was writing. Look at GET /api/projections before you try again.',
    { cause: error },
  );
}
