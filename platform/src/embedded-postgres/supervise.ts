import { setTimeout as sleep } from 'node:timers/promises';
import type { DataDirectoryLock } from './data-directory-lock.js';
import { type Cluster, signalProcess } from './database-processes.js';
import type { Endpoint } from './endpoint.js';
import { systemErrorCode } from './errors.js';
import { endDatabaseProcesses, endLeftovers } from './leftover-processes.js';
import { forget } from './listen.js';
import { pruneServerLogs } from './log-retention.js';
import { type Postmaster, type PostmasterPlan, startPostmaster } from './postmaster.js';
import { processStartTime } from './process-identity.js';

/** A server that is started again whenever it ends by itself. */
export interface SupervisedServer {
  /** The present server's process id; another one after a restart. */
  pid(): number;
  stop(): Promise<void>;
}

/** Everything that the supervisor needs to start the server again. */
export interface Supervision {
  plan: PostmasterPlan;
  cluster: Cluster;
  lock: DataDirectoryLock;
  endpoint: Endpoint;
  onRestart: ((restart: { pid: number; attempts: number }) => void) | undefined;
}

const PRUNE_LOGS_MS = 60_000;
const HEALTHY_MS = 60_000;

/** How long to wait before the nth attempt to restart, in ms: 100, 200, 400 … at most 10 s. */
export function restartDelay(attempt: number): number {
  return Math.min(10_000, 100 * 2 ** (attempt - 1));
}

/** Watches the server that was just started, and restarts it in the same place until `stop`. */
export function supervise(first: Postmaster, supervision: Supervision): SupervisedServer {
  const { plan, cluster, lock } = supervision;
  const stopping = new AbortController();
  let current = first;
  // If our process ends without stop(), the server should not stay behind; SIGKILL aside, it does not.
  const onExit = () => interrupt(current.pid);
  process.on('exit', onExit);
  const pruning = setInterval(() => pruneServerLogs(plan.pgdata), PRUNE_LOGS_MS).unref();
  const watching = watch();
  let stopped: Promise<void> | undefined;

  async function watch(): Promise<void> {
    let attempt = 0;
    while (!stopping.signal.aborted) {
      const startedAt = performance.now();
      const how = await current.ended;
      if (stopping.signal.aborted) return;
      plan.log.error(
        { pid: current.pid, how, pgdata: plan.pgdata },
        'PostgreSQL ended unexpectedly; restarting it',
      );
      if (performance.now() - startedAt > HEALTHY_MS) attempt = 0;
      const restarted = await restart(attempt);
      if (restarted === undefined) return;
      current = restarted.postmaster;
      attempt = restarted.attempts;
      plan.log.info({ pid: current.pid, attempts: attempt }, 'PostgreSQL runs again');
      supervision.onRestart?.({ pid: current.pid, attempts: attempt });
    }
  }

  async function restart(earlier: number): Promise<{ postmaster: Postmaster; attempts: number } | undefined> {
    for (let attempt = earlier + 1; ; attempt++) {
      await pause(restartDelay(attempt), stopping.signal);
      if (stopping.signal.aborted) return undefined;
      if (!lock.isHeld()) {
        plan.log.error(
          { pgdata: plan.pgdata },
          'the data directory was deleted; PostgreSQL is not restarted',
        );
        return undefined;
      }
      try {
        await endLeftovers(cluster, plan.log);
        if (stopping.signal.aborted) return undefined;
        return { postmaster: await startPostmaster(plan, supervision.endpoint), attempts: attempt };
      } catch (error) {
        plan.log.error({ err: error, attempt }, 'PostgreSQL could not be restarted; trying again');
      }
    }
  }

  async function end(): Promise<void> {
    stopping.abort();
    clearInterval(pruning);
    // The server does not keep our process running, but the news of its end must still arrive.
    const staying = setInterval(() => {}, 1_000);
    if (lock.isHeld()) await endDatabaseProcesses(cluster);
    else endOnly(current);
    await watching;
    clearInterval(staying);
    process.off('exit', onExit);
    forget(supervision.endpoint, plan.pgdata, plan.account);
    lock.release();
  }

  return {
    pid: () => current.pid,
    stop() {
      stopped ??= end();
      return stopped;
    },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal, ref: false });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

// The directory was deleted: by path, another process's server could be meant by now, so only our own is ended.
function endOnly({ pid }: Postmaster): void {
  const startTime = processStartTime(pid);
  if (startTime !== undefined) signalProcess({ pid, startTime, isPostmaster: true }, 'SIGQUIT');
}

function interrupt(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    if (systemErrorCode(error) !== 'ESRCH') throw error;
  }
}
