import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemErrorCode } from './errors.js';
import { hasProc, isGone, processStartTime, readProcessStat, readProcFile } from './process-identity.js';

/** A database, with what distinguishes its processes from all others. */
export interface Cluster {
  pgdata: string;
  clusterName: string;
  /** The user id of its processes. */
  uid: number;
}

/** A process that certainly belongs to the database. */
export interface DatabaseProcess {
  pid: number;
  startTime: string;
  isPostmaster: boolean;
}

/**
 * Every process of this database. A process counts only if it runs `postgres` as the right user, and works in
 * PGDATA; where the system does not show that (another user's process in a container without that capability;
 * macOS), if its command line names PGDATA or its title names the cluster.
 */
export function listDatabaseProcesses(cluster: Cluster): DatabaseProcess[] {
  return hasProc ? listFromProc(cluster) : listFromPs(cluster);
}

/** Sends a signal, unless the process has ended (its id may be somebody else's by now). */
export function signalProcess({ pid, startTime }: DatabaseProcess, signal: NodeJS.Signals): void {
  if (processStartTime(pid) !== startTime) return;
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (systemErrorCode(error) !== 'ESRCH') throw error;
  }
}

/** Waits until no process of the database is left. False when some are, after `timeoutMs`. */
export async function waitUntilGone(cluster: Cluster, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (listDatabaseProcesses(cluster).length > 0) {
    if (performance.now() > deadline) return false;
    await sleep(25);
  }
  return true;
}

function listFromProc(cluster: Cluster): DatabaseProcess[] {
  const found: DatabaseProcess[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    if (statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid !== cluster.uid) continue;
    const stat = readProcessStat(pid);
    if (stat?.command !== 'postgres') continue;
    const commandLine = readProcFile(`/proc/${pid}/cmdline`) ?? '';
    if (!worksIn(cluster, pid, commandLine)) continue;
    found.push({ pid, startTime: stat.startTime, isPostmaster: !isTitle(commandLine) });
  }
  return found;
}

function worksIn(cluster: Cluster, pid: number, commandLine: string): boolean {
  try {
    const folder = readlinkSync(`/proc/${pid}/cwd`);
    return folder === cluster.pgdata || folder === `${cluster.pgdata} (deleted)`;
  } catch (error) {
    if (isGone(error)) return false;
    return isNamed(cluster, commandLine.split('\0'));
  }
}

function listFromPs(cluster: Cluster): DatabaseProcess[] {
  const lines = execFileSync('ps', ['-axww', '-o', 'pid=,uid=,command='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, uid, commandLine = ''] = /^\s*(\d+)\s+(-?\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(uid) !== cluster.uid || !isNamed(cluster, commandLine.split(' '))) return [];
    const startTime = processStartTime(Number(pid));
    return startTime === undefined
      ? []
      : [{ pid: Number(pid), startTime, isPostmaster: !isTitle(commandLine) }];
  });
}

// The server's own processes show a title in place of their command line: `postgres: <cluster name>: checkpointer`.
function isNamed(cluster: Cluster, words: string[]): boolean {
  const line = words.join(' ');
  if (isTitle(line)) return line.startsWith(`postgres: ${cluster.clusterName}: `);
  return basename(words[0] ?? '') === 'postgres' && `${line} `.includes(` -D ${cluster.pgdata} `);
}

function isTitle(commandLine: string): boolean {
  return commandLine.startsWith('postgres: ');
}
