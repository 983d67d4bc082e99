import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, fchownSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, spawnAs } from './account.js';
import type { Binaries } from './binaries.js';
import type { Owner } from './durable-file.js';
import { type Endpoint, portOf } from './endpoint.js';
import { EmbeddedPostgresError, systemErrorCode } from './errors.js';
import { SERVER_ENVIRONMENT } from './initialise-cluster.js';
import { readPidFile } from './leftover-processes.js';
import type { EmbeddedPostgresLog } from './log.js';
import { newestServerLog } from './log-retention.js';
import { removeStaleSocket } from './socket-folder.js';

/** A server that accepts connections. */
export interface Postmaster {
  pid: number;
  /** Resolves, with how it ended, when the server has ended. */
  ended: Promise<string>;
}

/** Everything that a start of the server needs. */
export interface PostmasterPlan {
  binaries: Binaries;
  pgdata: string;
  account: Account;
  /** Takes what the server prints before its log file is open. */
  outputFile: string;
  outputOwner: Owner | undefined;
  log: EmbeddedPostgresLog;
}

const POLL_MS = 10;
const SAY_SO_MS = 10_000;

/**
 * Starts the server and resolves when it accepts connections. However long the recovery after a crash takes is
 * waited for: it ends, and giving up would only make it start again.
 *
 * @throws {EmbeddedPostgresError} `start_failed` with the end of the server's log, `binaries_unusable`
 */
export async function startPostmaster(plan: PostmasterPlan, endpoint: Endpoint): Promise<Postmaster> {
  if (endpoint.kind === 'socket') removeStaleSocket(endpoint.folder);
  const child = launch(plan, portOf(endpoint));
  let end: string | undefined;
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(String(error)));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  ended.then((how) => {
    end = how;
  });
  const startedAt = performance.now();
  let saySoAt = startedAt + SAY_SO_MS;
  const pidFile = join(plan.pgdata, 'postmaster.pid');
  for (;;) {
    const state = readPidFile(pidFile);
    if (child.pid !== undefined && state?.pid === child.pid && state.ready) return { pid: child.pid, ended };
    if (end !== undefined) throw startFailed(plan, end);
    if (performance.now() > saySoAt) {
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      plan.log.info({ pid: child.pid, seconds }, 'PostgreSQL is still starting: recovering after a crash');
      saySoAt += SAY_SO_MS;
    }
    await sleep(POLL_MS);
  }
}

function launch(plan: PostmasterPlan, port: number): ChildProcess {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  const output = openSync(plan.outputFile, flags, 0o600);
  try {
    if (plan.outputOwner !== undefined) fchownSync(output, plan.outputOwner.uid, plan.outputOwner.gid);
    const child = spawn(plan.binaries.postgres, ['-D', plan.pgdata, '-p', String(port)], {
      // A session of its own: Ctrl-C in a terminal reaches us alone, and we stop the server when nobody needs it.
      detached: true,
      cwd: plan.pgdata,
      env: SERVER_ENVIRONMENT,
      stdio: ['ignore', output, output],
      ...spawnAs(plan.account),
    });
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}

function startFailed(plan: PostmasterPlan, end: string): EmbeddedPostgresError {
  if (end.includes('ENOENT') || end === 'exit code 127') {
    return new EmbeddedPostgresError(
      'binaries_unusable',
      `${plan.binaries.postgres} cannot run on this system (${end}): its loader or a library is missing. ` +
        'Set DATABASE_URL to a PostgreSQL server.',
    );
  }
  const log = newestServerLog(plan.pgdata);
  const said = [plan.outputFile, log].flatMap((path) => (path === undefined ? [] : lastLines(path)));
  return new EmbeddedPostgresError(
    'start_failed',
    `PostgreSQL on ${plan.pgdata} did not start (${end}). It said:\n${said.join('\n')}`,
  );
}

function lastLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-12);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
