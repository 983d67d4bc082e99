import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Cluster,
  type DatabaseProcess,
  listDatabaseProcesses,
  signalProcess,
  waitUntilGone,
} from './database-processes.js';
import { EmbeddedPostgresError, systemErrorCode } from './errors.js';
import type { EmbeddedPostgresLog } from './log.js';
import { hasProc, processStartTime } from './process-identity.js';

/** Step of ending processes: a signal (or none, to wait only), its target, and how long to wait for the end. */
type Step = [signal: NodeJS.Signals | undefined, to: 'postmaster' | 'all', waitMs: number];

// SIGINT is PostgreSQL's fast shutdown (sessions are ended, then a checkpoint), SIGQUIT its immediate one (the
// next start recovers from the WAL, nothing is lost).
const STOP_SERVER: Step[] = [
  ['SIGINT', 'postmaster', 15_000],
  ['SIGQUIT', 'postmaster', 5_000],
  ['SIGKILL', 'all', 5_000],
];

// Idle processes notice the death of their postmaster at once, and end. One that is in the middle of a query does not:
// it keeps the shared memory, and no new server may start until it has gone.
const STOP_ORPHANS: Step[] = [
  [undefined, 'all', 1_000],
  ['SIGTERM', 'all', 3_000],
  ['SIGQUIT', 'all', 2_000],
  ['SIGKILL', 'all', 5_000],
];

/**
 * Ends every process of the database, its server first if that lives, and resolves when all have gone.
 *
 * @throws {EmbeddedPostgresError} `leftover_processes` when some withstand even SIGKILL
 */
export async function endDatabaseProcesses(cluster: Cluster): Promise<void> {
  const steps = postmasterOf(cluster) === undefined ? STOP_ORPHANS : STOP_SERVER;
  for (const [signal, to, waitMs] of steps) {
    const processes = listDatabaseProcesses(cluster);
    const targets = to === 'all' ? processes : processes.filter((entry) => entry.isPostmaster);
    if (signal !== undefined) for (const target of targets) signalProcess(target, signal);
    if (await waitUntilGone(cluster, waitMs)) return;
  }
  const pids = listDatabaseProcesses(cluster).map(({ pid }) => pid);
  throw new EmbeddedPostgresError(
    'leftover_processes',
    `Processes ${pids.join(', ')} of an earlier start still use ${cluster.pgdata} and cannot be ended ` +
      '(waiting for a disk?). Wait for them or restart the machine.',
  );
}

/**
 * Clears the way for a new server on this PGDATA: ends what an earlier start left running (its process was killed),
 * and removes a postmaster.pid only if that would otherwise block the start wrongly.
 */
export async function endLeftovers(cluster: Cluster, log: EmbeddedPostgresLog): Promise<void> {
  const leftovers = listDatabaseProcesses(cluster);
  if (leftovers.length > 0) {
    const pids = leftovers.map(({ pid }) => pid);
    const what = leftovers.some((entry) => entry.isPostmaster)
      ? 'a PostgreSQL server'
      : 'sessions of PostgreSQL';
    log.warn({ pids, pgdata: cluster.pgdata }, `an earlier start left ${what} running; ending it first`);
    await endDatabaseProcesses(cluster);
  }
  discardMistakenPidFile(cluster, log);
}

function postmasterOf(cluster: Cluster): DatabaseProcess | undefined {
  return listDatabaseProcesses(cluster).find((entry) => entry.isPostmaster);
}

// PostgreSQL replaces a stale postmaster.pid by itself, but refuses to start when a process of the same user has the id
// in it, whatever that process is: after a reboot or in a new container the id may be anybody's; in a copied directory it
// is the original's server; and in a container whose first process does not reap, a dead server stays as a zombie.
// No process of this database is alive here, so such a file is wrong.
function discardMistakenPidFile(cluster: Cluster, log: EmbeddedPostgresLog): void {
  const path = join(cluster.pgdata, 'postmaster.pid');
  const pid = readPidFile(path)?.pid;
  if (pid === undefined || !blocksStart(pid, cluster) || listDatabaseProcesses(cluster).length > 0) return;
  log.warn(
    { path, pid },
    'removing a stale postmaster.pid: its process id is a zombie, or another program by now',
  );
  rmSync(path, { force: true });
}

function blocksStart(pid: number, { uid }: Cluster): boolean {
  if (!hasProc) return processStartTime(pid) !== undefined;
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid === uid;
}

/** Facts that a running server writes into postmaster.pid. */
export interface PidFile {
  pid: number;
  ready: boolean;
}

/** Reads postmaster.pid: the first line is the process id, the eighth the server's state. */
export function readPidFile(path: string): PidFile | undefined {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    const pid = Number(lines[0]);
    return Number.isInteger(pid) && pid > 0 ? { pid, ready: lines[7]?.trim() === 'ready' } : undefined;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
