/** Statements that follow each other over one connection without waiting for the server in between. */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { isRefusal, SQLSTATE } from '@att/platform/postgres';
import pg, { type ClientBase, type Connection, type Submittable } from 'pg';
import type { CopyIn, Statement } from './statement.js';
import { StatementWriter } from './statement-writer.js';
import { yieldToEventLoop } from './yield-to-event-loop.js';

/**
 * All in one go, with one `Sync` at the end: the server finds each statement, and the rows behind a COPY, when it comes
 * to them, and when it refuses one it skips the rest (PostgreSQL manual, Frontend/Backend Protocol, Pipelining and COPY
 * Operations). So a COMMIT among them is done only if all before it was. Answered one by one, while this thread was
 * folding the next batch, its rows left 25 to 40 ms after a batch was begun, now 2 to 4; and of this thread's time it
 * was 17.8 µs an event, now 15.5, and 61 in batches of 50, now 54.
 */
export class StatementPipeline implements Submittable {
  #resolve!: () => void;
  #reject!: (error: Error) => void;
  /** Undefined before it is this pipeline's turn. */
  #writer: StatementWriter | undefined;
  #completed = 0;
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
    this.#writer = new StatementWriter(connection);
    void this.#send(this.#writer, connection.stream);
  }

  async #send(writer: StatementWriter, stream: Writable): Promise<void> {
    // Small statements leave together: in one system call, and the server wakes up once.
    stream.cork();
    try {
      let unwaited = 0;
      for (const bytes of writer.send(this.statements)) {
        unwaited += bytes;
        if (unwaited < YIELD_BYTES) continue;
        unwaited = 0;
        stream.uncork();
        await (stream.writableLength > MAX_WAITING ? once(stream, 'drain') : yieldToEventLoop());
        // Refused: the server skips what else there is.
        if (this.#isOver) return;
        stream.cork();
      }
    } catch (error) {
      // Encoding failed, or the connection: then the server, or `pg`, answers.
      this.#cause = error as Error;
      if (!this.#isOver) writer.fail();
    }
    writer.sync();
    stream.uncork();
  }

  /** `pg` puts its time limit here. */
  callback(): void {}

  handleCopyInResponse(): void {}

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const statement = this.statements[this.#completed];
    if (statement !== undefined && 'text' in statement) statement.onRow?.(fields);
  }

  handleCommandComplete(): void {
    this.#completed += 1;
  }

  handleReadyForQuery(): void {
    this.#end(true);
    if (this.#cause !== undefined) {
      this.#reject(this.#cause);
      return;
    }
    this.#writer?.done();
    this.#resolve();
  }

  handleError(error: Error): void {
    const isAnswered = error instanceof pg.DatabaseError && isRefusal(error);
    this.#end(isAnswered);
    // The server skips all before it. It is not sent yet where the refusal comes before all else is.
    this.#writer?.sync();
    this.#reject(isAnswered ? this.#meaningOf(error) : error);
  }

  #meaningOf(error: pg.DatabaseError): Error {
    // A COPY that this side gave up is cancelled. A server that refused anything before never learns of rows that cannot be encoded.
    if (this.#cause !== undefined && error.code === SQLSTATE.queryCanceled) return this.#cause;
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

/** Bytes after which the event loop turns: a server that takes all at once would have this thread for itself. */
const YIELD_BYTES = 2 * 1024 * 1024;
/** Bytes that may wait for the server then; with more nothing is encoded until it has taken them. */
const MAX_WAITING = 8 * 1024 * 1024;
