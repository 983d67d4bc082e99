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

/**
 * Listens on a channel over a connection of its own, and gets it back when it is lost. Notifications
 * are only ever a hint: whoever listens must also poll.
 */
export function createListener(options: ListenerOptions): { close(): Promise<void> } {
  const stopping = new AbortController();
  let client: pg.Client | undefined;

  async function listenUntilLost(): Promise<void> {
    const connection = new pg.Client(connectionConfig(options));
    client = connection;
    const lost = new Promise<void>((resolve) => {
      connection.on('error', () => resolve());
      connection.on('end', () => resolve());
    });
    connection.on('notification', (message) => options.onNotify(message.payload ?? ''));
    try {
      // An end() while it connects leaves connect() pending for ever, so a close would wait for nothing.
      if ((await Promise.race([connection.connect(), lost.then(() => 'lost')])) === 'lost') return;
      await connection.query(`LISTEN ${pg.escapeIdentifier(options.channel)}`);
      options.onNotify('');
      await lost;
    } finally {
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
      await client?.end().catch(() => {});
      await running;
    },
  };
}
