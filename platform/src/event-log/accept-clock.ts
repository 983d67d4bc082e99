import type { ClientBase, Pool } from 'pg';
import { withClient } from '../postgres/index.js';
import { appendWithin } from './append-within.js';
import { lockHead } from './head.js';
import { clockAcceptedEvent } from './operator-event.js';

export class NothingToAcceptError extends Error {
  override readonly name = 'NothingToAcceptError';
  readonly code = 'nothing_to_accept';
}

/** Name of a command of the shell in the log: it has the database's password, and no key. */
const ACTOR = 'cli';

/**
 * Accepts recorded times that are ahead of the database's clock, up to one: every event until then may have such a time.
 *
 * @param until milliseconds since 1970; undefined: the time of the log's last event, which later ones cannot be before
 * @returns milliseconds since 1970
 * @throws NothingToAcceptError when that time has come already
 */
export async function acceptClock(pool: Pool, until?: number): Promise<number> {
  return withClient(pool, async (client) => {
    await client.query('BEGIN');
    const accepted = await accept(client, until);
    await client.query('COMMIT');
    return accepted;
  });
}

async function accept(client: ClientBase, until: number | undefined): Promise<number> {
  const { databaseTime, recordedAt } = await lockHead(client);
  const accepted = until ?? Date.parse(recordedAt);
  if (accepted <= databaseTime) {
    const time = new Date(accepted).toISOString();
    throw new NothingToAcceptError(
      `nothing to accept: ${time} is not ahead of the database's clock, ${new Date(databaseTime).toISOString()}`,
    );
  }
  const time = new Date(accepted).toISOString();
  await client.query('UPDATE log.head SET accepted_until = $1', [time]);
  await appendWithin(
    client,
    undefined,
    [clockAcceptedEvent(ACTOR, { until: time })],
    new Date(databaseTime).toISOString(),
  );
  return accepted;
}
