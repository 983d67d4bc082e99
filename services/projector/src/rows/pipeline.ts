/** Statements that follow each other over one connection without waiting for the server in between. */
import { once } from 'node:events';
import pg, { type ClientBase, type Connection, type Submittable } from 'pg';
import { turn } from '../turn.js';

export interface Statement {
  /** Prepared once a connection under this name, which no other query of the pool has; absent: planned each time. */
  name?: string;
  text: string;
  /** A Buffer is in PostgreSQL's binary form. */
  values?: readonly Value[];
  /** What it means that the server refuses it, where that means more than its error says. */
  refusal?: (error: pg.DatabaseError) => Error | undefined;
}

type Value = string | number | Buffer | null;

/** The rows of one table, encoded. */
export interface CopyIn {
  /** `COPY … FROM STDIN` */
  statement: string;
  parts: Iterable<Buffer>;
}

/**
 * All in one go, with one `Sync` at the end: the server finds each statement, and the rows behind a COPY, when it comes
 * to them, and when it refuses one it skips the rest (PostgreSQL manual, Frontend/Backend Protocol, Pipelining and COPY
 * Operations). So a COMMIT among them is done only if all before it was.
 */
export class Pipeline implements Submittable {
  #connection!: PipelineConnection;
  #resolve!: () => void;
  #reject!: (error: Error) => void;
  /** Texts by name of what this pipeline prepares. */
  readonly #prepared = new Map<string, string>();
  #completed = 0;
  #isSynced = false;
  #isOver = false;
  #isAnswered = false;
  #cause: Error | undefined;

  constructor(private readonly statements: readonly (Statement | CopyIn)[]) {}

  /** @throws what the server refuses first, or what encoding failed with: a transaction that was begun is open then */
  send(client: ClientBase): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      client.query(this);
    });
  }

  /** Whether the server said what became of it, and will take other statements, if only a ROLLBACK. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  submit(connection: Connection): void {
    this.#connection = connection as unknown as PipelineConnection;
    void this.#send();
  }

  async #send(): Promise<void> {
    const { stream } = this.#connection;
    // Small messages leave together: one system call, and one wake-up of the server.
    stream.cork();
    try {
      let unwaited = 0;
      for (const bytes of this.#messages()) {
        unwaited += bytes;
        if (unwaited < TURN_BYTES) continue;
        unwaited = 0;
        stream.uncork();
        await (stream.writableLength > MAX_WAITING ? once(stream, 'drain') : turn());
        // Refused: the server skips what else there is.
        if (this.#isOver) return;
        stream.cork();
      }
    } catch (error) {
      // Encoding failed, or the connection: then the server, or `pg`, answers.
      this.#cause = error as Error;
      // Passed over where it is not in the middle of rows.
      if (!this.#isOver) this.#connection.sendCopyFail('the rows cannot be encoded');
    }
    this.#sync();
    stream.uncork();
  }

  /** Bytes of each message, more or less, once it is sent. */
  *#messages(): Generator<number> {
    for (const statement of this.statements) {
      if (!('parts' in statement)) {
        yield this.#execute(statement);
        continue;
      }
      this.#execute({ text: statement.statement });
      for (const part of statement.parts) {
        this.#connection.sendCopyFromChunk(part);
        yield part.length;
      }
      this.#connection.endCopyFrom();
    }
  }

  #execute({ name, text, values = [] }: Statement): number {
    if (name === undefined) this.#connection.parse({ text });
    else this.#prepare(name, text);
    this.#connection.bind({ statement: name, values, valueMapper: wireValue });
    this.#connection.execute();
    return values.reduce(
      (sum: number, value) => sum + (Buffer.isBuffer(value) ? value.length : 0),
      text.length,
    );
  }

  /** What a failed pipeline prepared may be there or not; to close what is not there is no error. */
  #prepare(name: string, text: string): void {
    const { parsedStatements } = this.#connection;
    if ((this.#prepared.get(name) ?? parsedStatements[name]) === text) return;
    delete parsedStatements[name];
    this.#connection.close({ type: 'S', name });
    this.#connection.parse({ name, text });
    this.#prepared.set(name, text);
  }

  /** Once: each is answered. */
  #sync(): void {
    if (!this.#isSynced) this.#connection.sync();
    this.#isSynced = true;
  }

  /** `pg` puts its time limit here. */
  callback(): void {}

  handleCopyInResponse(): void {}

  handleDataRow(): void {}

  handleCommandComplete(): void {
    this.#completed += 1;
  }

  handleReadyForQuery(): void {
    this.#end(true);
    if (this.#cause !== undefined) {
      this.#reject(this.#cause);
      return;
    }
    Object.assign(this.#connection.parsedStatements, Object.fromEntries(this.#prepared));
    this.#resolve();
  }

  handleError(error: Error): void {
    const isRefusal =
      error instanceof pg.DatabaseError && error.severity !== 'FATAL' && error.severity !== 'PANIC';
    this.#end(isRefusal);
    // The server waits for it, and then is ready again. It has none yet when it refuses before all is sent.
    this.#sync();
    this.#reject(isRefusal ? this.#meaningOf(error) : error);
  }

  #meaningOf(error: pg.DatabaseError): Error {
    // It refuses what comes first, and then asks no more about rows that cannot be encoded.
    if (this.#cause !== undefined && error.code === QUERY_CANCELED) return this.#cause;
    const statement = this.statements[this.#completed];
    const refusal = statement === undefined || 'parts' in statement ? undefined : statement.refusal;
    return refusal?.(error) ?? error;
  }

  #end(isAnswered: boolean): void {
    this.#isOver = true;
    this.#isAnswered = isAnswered;
    this.callback();
  }
}

function wireValue(value: Value): string | Buffer | null {
  return typeof value === 'number' ? String(value) : value;
}

/** What `pg` has, and its types leave out. */
interface PipelineConnection extends Omit<Connection, 'parse' | 'bind' | 'execute' | 'close'> {
  /** Texts by name of what is prepared. */
  parsedStatements: Record<string, string>;
  parse(statement: { name?: string; text: string }): void;
  bind(values: {
    statement: string | undefined;
    values: readonly Value[];
    valueMapper: (value: Value) => string | Buffer | null;
  }): void;
  execute(): void;
  close(statement: { type: 'S'; name: string }): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** Bytes after which the event loop turns: a server that takes all at once would have this thread for itself. */
const TURN_BYTES = 2 * 1024 * 1024;
/** Bytes that may wait for the server then; with more nothing is encoded until it has taken them. */
const MAX_WAITING = 8 * 1024 * 1024;
/** SQLSTATE of a COPY that this side gave up. */
const QUERY_CANCELED = '57014';
