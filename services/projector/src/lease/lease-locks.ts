/**
 * Lease made of advisory locks. A lock ends with its session, however that ends, and a server that was restarted or promoted has
 * none of before. A heartbeat writes no row, so no table grows while a long snapshot is held.
 *
 * - OWNER: held by one session of the database, that of the projector that follows the log.
 * - SESSION: held by every session that this projector writes over, with the number of its tenure.
 * - BEAT: held by the owner's session, with a number that changes every second.
 */
import type { ClientBase, QueryConfig } from 'pg';
import { FencedError } from '../generations/superseded-error.js';

const [OWNER, SESSION, BEAT] = [4_170_321, 4_170_322, 4_170_323];
/** Milliseconds that joining a tenure may take a new session. */
const JOIN_TIMEOUT = 3_000;

/** SQL of the locks of some classes that are held in this database. */
const locks = (...classes: number[]) => `
  pg_locks l WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND classid IN (${classes.join(', ')})
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** SQL of the owner's beat; null where there is none. */
const CURRENT_BEAT = `(SELECT string_agg(objid::text, ',' ORDER BY objid) FROM ${locks(BEAT)})`;

/** Takes the lease if nobody has it: the session then beats, and belongs to the tenure. @returns whether it has the lease */
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

/** Beat of the current owner: another text each second. */
export async function readBeat(client: ClientBase): Promise<string | null> {
  const { rows } = await client.query<{ beat: string | null }>(`SELECT ${CURRENT_BEAT} AS beat`);
  return rows[0]?.beat ?? null;
}

/**
 * Ends the owner's sessions if its beat is still the same; their transactions, locks and snapshots end with them. It needs a session
 * without a role, as only a member of the role that logged in may do that.
 */
export async function endOwner(client: ClientBase, beat: string | null): Promise<void> {
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM (SELECT DISTINCT pid FROM ${locks(OWNER, SESSION)}) s
     WHERE pid <> pg_backend_pid() AND ${CURRENT_BEAT} IS NOT DISTINCT FROM $1`,
    [beat],
  );
}

/** Ends sessions of earlier tenures. @returns their number */
export async function endOthers(client: ClientBase, tenure: number): Promise<number> {
  const { rowCount } = await client.query(
    `SELECT pg_terminate_backend(pid) FROM (SELECT DISTINCT pid FROM ${locks(SESSION)} AND objid <> $1) s`,
    [tenure],
  );
  return rowCount ?? 0;
}

/**
 * Makes a new session one of the tenure. It takes its lock first and checks the lease then: a projector that takes the lease later
 * finds this lock and ends the session, and one that took it before is seen.
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
