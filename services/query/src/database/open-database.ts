/** Connection pools of reads. */

import type { Timeouts } from '@att/platform/postgres';
import type { ServiceContext } from '@att/platform/service';
import { createProbe } from './probe.js';
import { Reader } from './reader.js';

/** Connections for read models and for events. Scans of the log can be long, so they have their own: lists never wait for them. */
const READ_MODEL_CONNECTIONS = 6;
const EVENT_CONNECTIONS = 3;

/** Statement timeout of the server, in milliseconds. */
const STATEMENT_TIMEOUT = 10_000;
/** Milliseconds after which a connection without an answer is closed: the server's own timeout has passed by then. */
const QUERY_TIMEOUT = STATEMENT_TIMEOUT + 1_000;
const READS: Timeouts = { statement: STATEMENT_TIMEOUT, silence: QUERY_TIMEOUT };
const PROBE_TIMEOUT = 1_000;
/** Milliseconds that a read of the replica waits for a lock. Its replay holds one while a table is dropped, and it may stop there. */
const REPLICA_LOCK_TIMEOUT = 1_000;

/** Reads of one server. */
export interface Readers {
  readModels: Reader;
  events: Reader;
}

export interface OpenDatabase {
  primary: Readers;
  /** Undefined where there is no replica. */
  replica: Readers | undefined;
  close(): Promise<void>;
}

export function openDatabase(database: ServiceContext['database']): OpenDatabase {
  const primary = openPrimary(database);
  const replica = openReplica(database);
  return {
    primary: primary.readers,
    replica: replica?.readers,
    async close() {
      await Promise.all([primary.close(), replica?.close()]);
    },
  };
}

function openPrimary(database: ServiceContext['database']) {
  const open = (name: string, max: number, timeouts: Timeouts) =>
    database.pool('att_reader', { max, name, timeouts });
  const modelPool = open('query', READ_MODEL_CONNECTIONS, READS);
  const eventPool = open('query-events', EVENT_CONNECTIONS, READS);
  const probePool = open('query-probe', 1, { silence: PROBE_TIMEOUT });
  const probe = createProbe(probePool, PROBE_TIMEOUT);
  const readers: Readers = {
    readModels: new Reader(modelPool, probe),
    events: new Reader(eventPool, probe),
  };
  const close = () => Promise.all([modelPool.end(), eventPool.end(), probePool.end()]);
  return { readers, close };
}

function openReplica({ replica }: ServiceContext['database']) {
  if (replica === undefined) return undefined;
  const timeouts = { ...READS, lock: REPLICA_LOCK_TIMEOUT };
  const modelPool = replica.pool('att_reader', { max: READ_MODEL_CONNECTIONS, name: 'query', timeouts });
  const eventPool = replica.pool('att_reader', { max: EVENT_CONNECTIONS, name: 'query-events', timeouts });
  // The replica's own check finds its silence, and fails what is under way.
  const probe = async () => {};
  const readers: Readers = {
    readModels: new Reader(modelPool, probe),
    events: new Reader(eventPool, probe),
  };
  const close = () => Promise.all([modelPool.end(), eventPool.end()]);
  return { readers, close };
}
