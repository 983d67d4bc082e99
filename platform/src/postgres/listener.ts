import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../logging/index.js';
import { pause } from '../time/index.js';
import { connectionConfig } from './pool.js';
import type { DatabaseRole } from './roles.js';
import { Session } from './session.js';

export interface ListenerOptions {
  connectionString: string;
  role: DatabaseRole | undefined;
  channel: string;
  name: string;
  log: Logger;
  /** Called with each notification's payload, and with '' after a reconnect, as some may have been missed. */
  onNotify(payload: string): void;
  /** Milliseconds between two questions whether the server is still there; 15 s by default. */
  heartbeat?: number;
}

/** Milliseconds between two tries to get the connection back. */
const RECONNECT_DELAY = 500;
/** Milliseconds. A listener says nothing by itself, so it would never notice that its server has gone. */
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
  const { heartbeat: interval = HEARTBEAT } = options;
  const stopping = new AbortController();
  let client: pg.Client | undefined;

  async function listenUntilLost(): Promise<void> {
    const connection = new Session(connectionConfig({ ...options, timeouts: { silence: SILENCE } }));
    client = connection;
    const over = new AbortController();
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
      await Promise.race([lost, untilSilent(connection, interval, over.signal)]);
    } finally {
      over.abort();
      await connection.end().catch(() => {});
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await listenUntilLost().catch((error: Error) => {
        options.log.debug({ channel: options.channel, reason: error.message }, 'cannot listen');
      });
      await pause(RECONNECT_DELAY, stopping.signal);
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

/** Asks the server now and then. Rejects when it does not answer, or when `signal` aborts. */
async function untilSilent(connection: pg.Client, interval: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    await sleep(interval, undefined, { signal });
    await connection.query('SELECT 1');
  }
}
