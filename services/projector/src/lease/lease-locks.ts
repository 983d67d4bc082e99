/**
 * The lease as advisory locks: they end with their session, however that ends, and a server that was started again or
 * promoted has none of before. Nothing is written for a heartbeat, so no row grows while a long snapshot is held.
 *
 * - OWNER: one session of the database has it, that of the projector that follows the log.
 * - SESSION: every session that this projector writes over has it, with the number of its tenure.
 * - BEAT: the owner's session has it, with a number that changes every second.
 */
import type { ClientBase, QueryConfig } from 'pg';
import { FencedError } from '../generations/superseded-error.js';

const [OWNER, SESSION, BEAT] = [4_170_321, 4_170_322, 4_170_323];
/** Milliseconds that the server has to open a session of the owner. */
const JOIN_TIMEOUT = 3_000;

/** SQL of the locks of some classes in this database. */
const locks = (...classes: number[]) => `
  pg_locks l WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND classid IN (${classes.join(', ')})
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** SQL of the owner's beat; null where there is none. */
const NOW = `(SELECT string_agg(objid::text, ',' ORDER BY objid) FROM ${locks(BEAT)})`;

/** @returns whether the client's session has the lease now; then it beats, and is of the tenure */
export async function tryToOwn(client: ClientBase, tenure: number, beat: number): Promise<boolean> {
  const { rows } = await client.query<{ owns: boolean }>(`SELECT pg_try_advisory_lock(${OWNER}, 0) AS owns`);
  if (rows[0]?.owns !== true) return false;
  await client.query(
    `SELECT pg_advisory_lock_shared(${BEAT}, ${beat}), pg_advisory_lock_shared(${SESSION}, ${tenure})`,
  );
  return true;
}

export async function moveBeat(client: ClientBase, from: number, to: number): Promise<void> {
  await client.query(
    `SELECT pg_advisory_lock_shared(${BEAT}, ${to}), pg_advisory_unlock_shared(${BEAT}, ${from})`,
  );
}

/** The owner's beat, whoever that is; another text each second. */
export async function readBeat(client: ClientBase): Promise<string | null> {
  const { rows } = await client.query<{ beat: string | null }>(`SELECT ${NOW} AS beat`);
  return rows[0]?.beat ?? null;
}

/**
 * Ends the owner's sessions if its beat is still the same: whatever transactions, locks and snapshots they hold, end
 * with them. Needs a session without a role, as only a member of the role that logged in may do that.
 */
export async function endOwner(client: ClientBase, beat: string | null): Promise<void> {
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM (SELECT DISTINCT pid FROM ${locks(OWNER, SESSION)}) s
     WHERE pid <> pg_backend_pid() AND ${NOW} IS NOT DISTINCT FROM $1`,
    [beat],
  );
}

/** Ends sessions of earlier tenures. @returns how many there were */
export async function endOthers(client: ClientBase, tenure: number): Promise<number> {
  const { rowCount } = await client.query(
    `SELECT pg_terminate_backend(pid) FROM (SELECT DISTINCT pid FROM ${locks(SESSION)} AND objid <> $1) s`,
    [tenure],
  );
  return rowCount ?? 0;
}

/**
 * Makes a new session one of the tenure. First its lock is there, and then the lease is looked for: so whoever takes the
 * lease later ends it, and whoever took it before is seen.
 *
 * @throws FencedError when the lease is another projector's
 */
export async function joinTenure(client: ClientBase, tenure: number): Promise<void> {
  const results = await client.query({
    text: `
      SELECT pg_advisory_unlock_all();
      SELECT pg_advisory_lock_shared(${SESSION}, ${tenure});
      SELECT FROM ${locks(OWNER)} AND EXISTS (SELECT FROM (SELECT pid, objid FROM ${locks(SESSION)}) s
        WHERE s.pid = l.pid AND s.objid = ${tenure})`,
    query_timeout: JOIN_TIMEOUT,
  } as QueryConfig);
  const last = (results as unknown as { rowCount: number | null }[]).at(-1);
  if (last?.rowCount !== 1) throw new FencedError('another projector follows the log now');
}
