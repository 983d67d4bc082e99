import { closeSync, constants, existsSync, fchmodSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './account.js';
import { type Binaries, locateBinaries } from './binaries.js';
import { type DataDirectory, openDataDirectory, removeUnfinishedRecords } from './data-directory.js';
import { type DataDirectoryLock, lockDataDirectory } from './data-directory-lock.js';
import type { Cluster } from './database-processes.js';
import { type DatabaseRecord, writeRecord } from './database-record.js';
import { connectionStringOf, DEFAULT_TRANSPORT, type Transport } from './endpoint.js';
import { ensureDatabase } from './ensure-database.js';
import { initialiseCluster } from './initialise-cluster.js';
import { endDatabaseProcesses, endLeftovers } from './leftover-processes.js';
import { forget, startServer } from './listen.js';
import type { EmbeddedPostgresLog } from './log.js';
import { pruneServerLogs } from './log-retention.js';
import { clusterName, reportOrphanedDatabases } from './orphaned-databases.js';
import { type Placement, placeDatabase } from './placement.js';
import type { PostmasterPlan } from './postmaster.js';
import { reachableBinaries } from './stage-binaries.js';
import { supervise } from './supervise.js';

/** How to start the embedded database. */
export interface EmbeddedPostgresOptions {
  /**
   * Holds the database or, where PostgreSQL's account cannot reach it, the record of where it lies. Missing or empty
   * at the first start; closed to other users (mode 0700). Put nothing else in it before the first start.
   */
  dataDirectory: string;
  /** The database to connect to, made if it is missing. Default: `att`. */
  database?: string;
  log: EmbeddedPostgresLog;
  /** Called each time the server had died and runs again, in the same place. */
  onRestart?: (restart: { pid: number; attempts: number }) => void;
  /** How programs reach the server: over a Unix socket that no other user can reach, wherever the system has them. */
  transport?: Transport;
  /** PostgreSQL settings that replace or extend ours, for this start. */
  settings?: Record<string, string>;
  /** Directory for databases and binaries of root that PostgreSQL's account could not reach otherwise. Default: /var/lib/agent-task-tracker. */
  serviceHome?: string;
}

/** A PostgreSQL server of our own. If it dies it is restarted: same place, same password, another `pid`. */
export interface EmbeddedPostgres {
  /** Connection string of the owner of everything: `postgres://user:password@host:port/database?…`, the host being the socket's folder. */
  readonly connectionString: string;
  /** Real path of PGDATA. */
  readonly dataDirectory: string;
  readonly pid: number;
  /** Fast shutdown, then, after 15 s, an immediate one; resolves when every process has gone. */
  stop(): Promise<void>;
}

const SERVICE_HOME = '/var/lib/agent-task-tracker';

/**
 * Starts PostgreSQL on a data directory, making the database at the first start. Whatever an earlier start left running
 * (its process was killed) is ended first, and nothing that was committed is lost.
 *
 * @throws {EmbeddedPostgresError} with a `code` and a message that says what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = locateBinaries();
  const directory = openDataDirectory(options.dataDirectory);
  const lock = await lockDataDirectory(directory.path, options.log, directory.owner);
  try {
    return await startLocked(options, binaries, directory, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function startLocked(
  options: EmbeddedPostgresOptions,
  installed: Binaries,
  directory: DataDirectory,
  lock: DataDirectoryLock,
): Promise<EmbeddedPostgres> {
  const { log, database = 'att', serviceHome = SERVICE_HOME, transport = DEFAULT_TRANSPORT } = options;
  const startedAt = performance.now();
  removeUnfinishedRecords(directory.path);
  const placement = placeDatabase(directory, serviceHome, log);
  const { pgdata, account } = placement;
  const binaries = reachableBinaries(installed, account, serviceHome, log);
  const cluster: Cluster = { pgdata, clusterName: clusterName(placement.record.identity), uid: account.uid };
  await endLeftovers(cluster, log);
  const record = await initialiseIfNew(binaries, directory, placement, serviceHome, log);
  closeToOthers(pgdata, account);
  pruneServerLogs(pgdata);

  const outputFile = join(directory.path, 'postgres.out');
  const plan: PostmasterPlan = { binaries, pgdata, account, outputFile, outputOwner: directory.owner, log };
  const { clusterName: name } = cluster;
  const listening = { directory, record, transport, clusterName: name, settings: options.settings ?? {} };
  const { postmaster, endpoint } = await startServer(plan, listening);
  try {
    await ensureDatabase(endpoint, record.password, database);
  } catch (error) {
    await endDatabaseProcesses(cluster);
    forget(endpoint, pgdata, account);
    throw error;
  }
  const server = supervise(postmaster, { plan, cluster, lock, endpoint, onRestart: options.onRestart });
  const ms = Math.round(performance.now() - startedAt);
  log.info(
    { pgdata, ...endpoint, pid: postmaster.pid, account: account.name, ms },
    `embedded PostgreSQL runs, data in ${pgdata}`,
  );
  return {
    connectionString: connectionStringOf(endpoint, record.password, database),
    dataDirectory: pgdata,
    get pid() {
      return server.pid();
    },
    stop: () => server.stop(),
  };
}

async function initialiseIfNew(
  binaries: Binaries,
  directory: DataDirectory,
  { pgdata, account, record }: Placement,
  serviceHome: string,
  log: EmbeddedPostgresLog,
): Promise<DatabaseRecord> {
  if (record.initialised) return record;
  if (!existsSync(pgdata)) {
    await reportOrphanedDatabases(directory.path, record.identity, serviceHome, log);
    log.info({ pgdata, account: account.name }, `making a new database in ${pgdata}`);
    await initialiseCluster(binaries, pgdata, account, record.password);
  }
  const initialised = { ...record, initialised: true };
  writeRecord(directory, initialised);
  return initialised;
}

// PostgreSQL refuses a PGDATA that others may enter, which copying tools that forget modes leave behind. Through an
// open directory, so that as root we cannot be led to change another one.
function closeToOthers(pgdata: string, account: Account): void {
  const folder = openSync(pgdata, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    if (fstatSync(folder).uid === account.uid) fchmodSync(folder, 0o700);
  } finally {
    closeSync(folder);
  }
}
