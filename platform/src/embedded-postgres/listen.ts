import type { Account } from './account.js';
import type { DataDirectory } from './data-directory.js';
import { type DatabaseRecord, recordedEndpoint, withEndpoint, writeRecord } from './database-record.js';
import type { Endpoint, Transport } from './endpoint.js';
import { EmbeddedPostgresError } from './errors.js';
import { findFreePort, isFree } from './free-port.js';
import { type Postmaster, type PostmasterPlan, startPostmaster } from './postmaster.js';
import { writeServerSettings } from './server-settings.js';
import { placeSocket, refuseForeignFolder, removeRuntimeFolder } from './socket-folder.js';

/** Needs of a start of the server, beside its plan. */
export interface Listening {
  directory: DataDirectory;
  record: DatabaseRecord;
  transport: Transport;
  clusterName: string;
  settings: Record<string, string>;
}

const PORT_TRIES = 5;

/**
 * Starts the server where programs can reach it, and writes that place down. A data directory that was reached in
 * another way before moves over.
 */
export async function startServer(
  plan: PostmasterPlan,
  { directory, record, transport, clusterName, settings }: Listening,
): Promise<{ postmaster: Postmaster; endpoint: Endpoint }> {
  const { pgdata, account } = plan;
  const before = recordedEndpoint(directory.path, record);
  if (before !== undefined) forget(before, pgdata, account);
  const wanted = await placeEndpoint(transport, before, pgdata, account);
  const writeDown = (endpoint: Endpoint) => {
    const now = withEndpoint(record, pgdata, endpoint);
    if (now.port !== record.port || now.socketFolder !== record.socketFolder) writeRecord(directory, now);
  };
  try {
    writeServerSettings(pgdata, account, clusterName, wanted, settings);
    if (wanted.kind === 'tcp') {
      const started = await startOnFreePort(plan, wanted.port);
      writeDown(started.endpoint);
      return started;
    }
    // A folder that is not written down before the start would be left behind by a crash.
    writeDown(wanted);
    refuseForeignFolder(wanted.folder, account.uid);
    return { postmaster: await startPostmaster(plan, wanted), endpoint: wanted };
  } catch (error) {
    forget(wanted, pgdata, account);
    throw error;
  }
}

/** Removes the folder of a server that is gone, where it lies elsewhere than its data. */
export function forget(endpoint: Endpoint, pgdata: string, { uid }: Account): void {
  if (endpoint.kind === 'socket' && endpoint.folder !== pgdata) removeRuntimeFolder(endpoint.folder, uid);
}

async function placeEndpoint(
  transport: Transport,
  before: Endpoint | undefined,
  pgdata: string,
  account: Account,
): Promise<Endpoint> {
  if (transport === 'socket') return { kind: 'socket', folder: await placeSocket(pgdata, account) };
  const isPreferred = before?.kind === 'tcp' && (await isFree(before.port));
  return { kind: 'tcp', port: isPreferred ? before.port : await findFreePort() };
}

// Another process may take the port after it was found free and before the server listens on it.
async function startOnFreePort(
  plan: PostmasterPlan,
  first: number,
): Promise<{ postmaster: Postmaster; endpoint: Endpoint }> {
  let port = first;
  for (let tries = 1; ; tries++) {
    const endpoint: Endpoint = { kind: 'tcp', port };
    try {
      return { postmaster: await startPostmaster(plan, endpoint), endpoint };
    } catch (error) {
      const taken =
        error instanceof EmbeddedPostgresError && error.code === 'start_failed' && !(await isFree(port));
      if (!taken || tries === PORT_TRIES) throw error;
      port = await findFreePort();
    }
  }
}
