/** Reads that show whether a replica has the log of its primary, and how far. */
import { hashAt } from '../event-log/index.js';
import type { Queryable } from '../postgres/index.js';

/** Server of a session, and the log as that server has it. */
export interface ReplicaStanding {
  isInRecovery: boolean;
  /** Start of the server, to the microsecond: no two servers share one. */
  startedAt: string;
  epoch: string;
  /** Head of the log, and its hash in lower-case hex. */
  position: number;
  hash: string;
}

export async function readStanding(server: Queryable): Promise<ReplicaStanding> {
  const { rows } = await server.query<ReplicaStanding>({
    name: 'read-standing',
    text: `
      SELECT pg_is_in_recovery() AS "isInRecovery", pg_postmaster_start_time()::text AS "startedAt",
             epoch, position, encode(hash, 'hex') AS hash
      FROM log.head`,
  });
  return onlyRow(rows);
}

/** Log as the primary has it. */
export interface PrimaryLog {
  startedAt: string;
  epoch: string;
  position: number;
  /** Hash of the event at the position that was asked for; null where the log has none there. */
  hashAt: string | null;
}

/** @param at head of the replica */
export async function readPrimaryLog(primary: Queryable, at: number): Promise<PrimaryLog> {
  const { rows } = await primary.query<PrimaryLog>({
    name: 'read-primary-log',
    text: `
      SELECT pg_postmaster_start_time()::text AS "startedAt", epoch, position,
             ${hashAt('$1')} AS "hashAt"
      FROM log.head`,
    values: [at],
  });
  return onlyRow(rows);
}

export interface LogHead {
  epoch: string;
  position: number;
}

export async function readLogHead(server: Queryable): Promise<LogHead> {
  const { rows } = await server.query<LogHead>({
    name: 'read-log-head',
    text: 'SELECT epoch, position FROM log.head',
  });
  return onlyRow(rows);
}

function onlyRow<Row>([row]: Row[]): Row {
  if (row === undefined) throw new Error('log.head has no row: was the database migrated?');
  return row;
}
