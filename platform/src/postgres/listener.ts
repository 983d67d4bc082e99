import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../logging/index.js';
import { connectionConfig, type DatabaseRole } from './pool.js';

export interface ListenerOptions {
  connectionString: string;
  role: DatabaseRole | undefined;
  channel: string;
  name: string;
  log: Logger;
  /** Called with each notification's payload, and with '' after a reconnect, as some may have been missed. */
  onNotify(payload: string): void;
}

/** Milliseconds between two tries to get the connection back. */
const RECONNECT_DELAY = 500;
/** Milliseconds between two questions whether the server is still there: a listener says nothing by itself. */
const HEARTBEAT = 15_000;
/** Milliseconds that the server has to answer one. */
const SILENCE = 5_000;
/** Milliseconds that a close waits for the server's goodbye. */
const CLOSE_TIMEOUT = 1_000;

/**
 * Listens on a channel over a connection of its own, and gets it back when it is lost. Notifications
 * are only ever a hint: whoever listens must also poll.
 */
export function createListener(options: ListenerOptions): { close(): Promise<void> } {
  const stopping = new AbortController();
  let client: pg.Client | undefined;

  async function listenUntilLost(): Promise<void> {
    const connection = new pg.Client({ ...connectionConfig(options), query_timeout: SILENCE });
    client = connection;
    let heartbeat: NodeJS.Timeout | undefined;
    const { promise: lost, resolve: lose } = withResolver();
    connection.on('error', lose);
    connection.on('end', lose);
    connection.on('notification', (message) => options.onNotify(message.payload ?? ''));
    try {
      // An end() while it connects leaves connect() pending for ever, so a close would wait for nothing.
      if ((await Promise.race([connection.connect(), lost.then(() => 'lost')])) === 'lost') return;
      await connection.query(`LISTEN ${pg.escapeIdentifier(options.channel)}`);
      heartbeat = setInterval(() => connection.query('SELECT 1').catch(lose), HEARTBEAT);
      options.onNotify('');
      await lost;
    } finally {
      clearInterval(heartbeat);
      await connection.end().catch(() => {});
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await listenUntilLost().catch((error: Error) => {
        options.log.debug({ channel: options.channel, reason: error.message }, 'cannot listen');
      });
      await sleep(RECONNECT_DELAY, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const running = run();
  return {
    async close() {
      stopping.abort();
      const closed = Promise.all([client?.end().catch(() => {}), running]).then(() => {});
      await Promise.race([closed, sleep(CLOSE_TIMEOUT, undefined, { ref: false })]);
    },
  };
}

function withResolver(): { promise: Promise<void>; resolve(): void } {
  let resolve = () => {};
  const promise = new Promise<void>((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}
