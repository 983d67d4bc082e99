import pg from 'pg';
import { connectionConfig, type DatabaseRole } from '../postgres/index.js';

/** Milliseconds; a statement of an append that takes longer is given up, with its connection. */
const STATEMENT_TIMEOUT = 15_000;

/**
 * The appender's one connection. A broken one is never used again: `get` makes a new one, so a
 * statement's outcome is known or the connection is gone.
 */
export class LogConnection {
  #client: pg.Client | undefined;
  #connecting: Promise<pg.Client> | undefined;
  #closed = false;

  constructor(
    private readonly connectionString: string,
    private readonly role: DatabaseRole | undefined,
  ) {}

  /** Rejects when the database cannot be reached. Who asks while it connects, shares the connection. */
  async get(): Promise<pg.Client> {
    if (this.#client !== undefined) return this.#client;
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  discard(client: pg.Client | undefined = this.#client): void {
    if (client === undefined) return;
    if (client === this.#client) this.#client = undefined;
    // Not awaited: the other side may never answer, and nobody uses this connection any more.
    client.end().catch(() => {});
  }

  close(): void {
    this.#closed = true;
    this.discard();
  }

  async #connect(): Promise<pg.Client> {
    if (this.#closed) throw new Error('the connection to the event log was closed');
    const client = new pg.Client({
      ...connectionConfig({ connectionString: this.connectionString, role: this.role, name: 'append' }),
      query_timeout: STATEMENT_TIMEOUT,
    });
    client.on('error', () => this.discard(client));
    client.on('end', () => this.discard(client));
    await client.connect();
    if (this.#closed) this.discard(client);
    else this.#client = client;
    return client;
  }
}
