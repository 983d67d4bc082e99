/** The one way a connection is opened: it is handed out once its session is what the product needs. */
import pg from 'pg';
import { requireAuthentication } from './required-authentication.js';
import { refuseOldServer } from './server-version.js';
import { notAsSet, type ReadBack, type SessionNeeds, setUpStatement } from './session-settings.js';
import { SQLSTATE, sqlStateOf } from './sql-state.js';

/** Milliseconds that the server has for the statement which sets a session up. */
const SET_UP_TIMEOUT = 3_000;

export interface SessionConfig extends pg.ClientConfig {
  needs: SessionNeeds;
}

/** A session that is not what it was set to be: nothing may be read or written over it. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
  readonly code = 'wrong_session';
}

/** A client of pg whose `connect` also sets the session up and reads it back. */
export class Session extends pg.Client {
  readonly #needs: SessionNeeds;
  #backend: number | undefined;

  constructor(config: SessionConfig) {
    super(config);
    this.#needs = config.needs;
    requireAuthentication(this, config.connectionString);
  }

  /** Process id of the server's backend, also behind a pooler, which gives pg an invented one. */
  get backend(): number | undefined {
    return this.#backend;
  }

  /** The process that the other side of the socket names: a pooler's is not the server's. */
  get announced(): number | null {
    return (this as unknown as { processID: number | null }).processID;
  }

  override connect(): Promise<Session>;
  override connect(callback: ((err: Error) => void) | ((err: null, client: pg.Client) => void)): void;
  override connect(callback?: (error: never, client: never) => void): Promise<Session> | undefined {
    const opening = this.#open();
    if (callback === undefined) return opening;
    opening.then(
      () => callback(null as never, this as never),
      (error) => callback(error as never, undefined as never),
    );
    return undefined;
  }

  async #open(): Promise<Session> {
    // Lost while it is set up: the statement rejects; without a listener the event would end the process.
    const ignore = () => {};
    this.on('error', ignore);
    await super.connect();
    try {
      await this.#setUp();
    } catch (error) {
      this.connection.stream.destroy();
      throw error;
    }
    this.off('error', ignore);
    return this;
  }

  async #setUp(): Promise<void> {
    const statement = { text: setUpStatement(this.#needs), query_timeout: SET_UP_TIMEOUT } as pg.QueryConfig;
    const results = await this.query(statement).catch(async (error) => {
      // The statement calls functions that an old release does not have.
      if (sqlStateOf(error) === SQLSTATE.undefinedFunction) await refuseOldServer(this);
      throw error;
    });
    const last = (results as unknown as pg.QueryResult<ReadBack>[]).at(-1)?.rows[0];
    const wrong = last === undefined ? ['it says nothing'] : notAsSet(this.#needs, last);
    if (wrong.length > 0) {
      throw new SessionError(
        `the database does not give a session its settings: ${wrong.join(', ')}. ` +
          'Take back what was set (ALTER DATABASE or ALTER ROLE … RESET …), and use poolers in session mode only',
      );
    }
    this.#backend = last?.pid;
  }
}
