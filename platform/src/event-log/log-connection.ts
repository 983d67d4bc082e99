import { Socket } from 'node:net';
import type pg from 'pg';
import { connectionConfig, type DatabaseRole, Session } from '../postgres/index.js';

/** Milliseconds after which a statement of an append is given up, with its connection. */
const STATEMENT_TIMEOUT = 15_000;

interface Connection {
  client: pg.Client;
  socket: Socket;
  ready: Promise<pg.Client>;
  isReady: boolean;
}

/**
 * The appender's one connection, which takes statements before earlier ones are answered. A broken one is
 * never used again: `get` makes a new one, so a statement's outcome is known or the connection is gone.
 */
export class LogConnection {
  #current: Connection | undefined;
  #closed = false;

  constructor(
    private readonly connectionString: string,
    private readonly role: DatabaseRole | undefined,
    /** Checks the log on each new connection, before anything else is sent over it. Rejects where the connection must not be used. */
    private readonly checkLog: (client: pg.Client) => Promise<void>,
  ) {}

  /** Rejects when the database cannot be reached. Callers that come while it connects share the connection. */
  async get(): Promise<pg.Client> {
    if (this.#closed) throw new Error('the connection to the event log was closed');
    this.#current ??= this.#connect();
    return this.#current.ready;
  }

  /** True when the database can be reached, and its log was checked once more. */
  async answers(): Promise<boolean> {
    let client: pg.Client | undefined;
    try {
      client = await this.get();
      await this.checkLog(client);
      return true;
    } catch {
      if (client !== undefined) this.discard(client);
      return false;
    }
  }

  /** Closes a connection; statements under way on it fail. Does nothing to a connection that was replaced since. */
  discard(client: pg.Client): void {
    const current = this.#current;
    if (current?.client !== client) return;
    this.#current = undefined;
    // Not `client.end()`, which waits for statements under way: a silent server never answers them.
    current.socket.destroy();
  }

  /** Closes the connection for good. Statements under way fail. */
  close(): void {
    this.#closed = true;
    const current = this.#current;
    if (current === undefined) return;
    // A client that is ended while it connects would leave its callers waiting for ever.
    if (current.isReady) current.client.end().catch(() => {});
    this.discard(current.client);
  }

  #connect(): Connection {
    const socket = new Socket();
    const client = new Session({
      ...connectionConfig({
        connectionString: this.connectionString,
        role: this.role,
        name: 'append',
        timeouts: { silence: STATEMENT_TIMEOUT },
      }),
      pipeline: true,
      stream: () => socket,
    });
    const discard = () => this.discard(client);
    client.on('error', discard);
    client.on('end', discard);
    const connect = async () => {
      try {
        await client.connect();
        connection.isReady = true;
        await this.checkLog(client);
        return client;
      } catch (error) {
        discard();
        throw error;
      }
    };
    // Connecting is put off, as `connect` uses `connection`, which is assigned below.
    const ready = Promise.resolve().then(connect);
    const connection: Connection = { client, socket, ready, isReady: false };
    return connection;
  }
}
