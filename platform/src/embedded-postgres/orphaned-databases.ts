import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Cluster, listDatabaseProcesses } from './database-processes.js';
import { systemErrorCode } from './errors.js';
import { endDatabaseProcesses } from './leftover-processes.js';
import type { EmbeddedPostgresLog } from './log.js';
import { clustersIn, readBelongsTo } from './placement.js';

/** The name that a database's processes carry in their titles. */
export function clusterName(identity: string): string {
  return `att-${identity.slice(0, 8)}`;
}

/**
 * A data directory was deleted while its database lay elsewhere: that database is never used again, since a new data
 * directory is a new log. It is not deleted either; it is named, so that somebody can, and a server that still runs
 * on it is stopped.
 */
export async function reportOrphanedDatabases(
  dataDirectory: string,
  identity: string,
  home: string,
  log: EmbeddedPostgresLog,
): Promise<void> {
  for (const name of listClusters(home)) {
    const cluster = join(clustersIn(home), name);
    const belongsTo = readBelongsTo(cluster);
    const pgdata = join(cluster, 'postgres');
    if (belongsTo?.dataDirectory !== dataDirectory || belongsTo.identity === identity) continue;
    if (!existsSync(pgdata)) continue;
    log.warn(
      { orphan: cluster, dataDirectory },
      `${dataDirectory} was deleted earlier and is new now; its old database is still at ${cluster}. ` +
        'Nothing uses it: delete that folder when you do not need it.',
    );
    const processes: Cluster = {
      pgdata,
      clusterName: clusterName(belongsTo.identity),
      uid: statSync(pgdata).uid,
    };
    if (listDatabaseProcesses(processes).length > 0) await endDatabaseProcesses(processes);
  }
}

function listClusters(home: string): string[] {
  try {
    return readdirSync(clustersIn(home));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'EACCES') return [];
    throw error;
  }
}
