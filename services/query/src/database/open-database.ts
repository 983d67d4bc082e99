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
const PROBE_TIMEOUT = 1_000;

export interface OpenDatabase {
  readModels: Reader;
  events: Reader;
  close(): Promise<void>;
}

export function openDatabase(database: ServiceContext['database']): OpenDatabase {
  const open = (name: string, max: number, timeouts: Timeouts) =>
    database.pool('att_reader', { max, name, timeouts });
  const reads = { statement: STATEMENT_TIMEOUT, silence: QUERY_TIMEOUT };
  const modelPool = open('query', READ_MODEL_CONNECTIONS, reads);
  const eventPool = open('query-events', EVENT_CONNECTIONS, reads);
  const probePool = open('query-probe', 1, { silence: PROBE_TIMEOUT });
  const probe = createProbe(probePool, PROBE_TIMEOUT);
  return {
    readModels: new Reader(modelPool, probe),
    events: new Reader(eventPool, probe),
    async close() {
      await Promise.all([modelPool.end(), eventPool.end(), probePool.end()]);
    },
  };
}
