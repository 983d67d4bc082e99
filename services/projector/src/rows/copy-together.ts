/** COPY into several tables at once, over one connection. */
import { once } from 'node:events';
import type { ClientBase, Connection, Submittable } from 'pg';
import { turn } from '../turn.js';

/** The rows of one table, encoded. */
export interface CopyIn {
  /** `COPY … FROM STDIN` */
  statement: string;
  parts: Iterable<Buffer>;
}

/**
 * As one message of statements with all their rows behind it, without waiting for the server to ask for them: it finds
 * them when it does (PostgreSQL manual, Frontend/Backend Protocol, COPY Operations). Asked table by table, while this
 * thread folds the next batch, it stood idle for three turns of the event loop a table: filling took 36 µs an event, now 27.
 *
 * @throws what a statement is refused with; the transaction is aborted then
 */
export function copyTogether(client: ClientBase, copies: readonly CopyIn[]): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(new CopyTogether(copies, resolve, reject));
  });
}

/** What `pg` has, and its types leave out. */
interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

class CopyTogether implements Submittable {
  #isOver = false;
  #cause: Error | undefined;

  constructor(
    private readonly copies: readonly CopyIn[],
    private readonly resolve: () => void,
    private readonly reject: (error: Error) => void,
  ) {}

  submit(connection: Connection): void {
    connection.query(this.copies.map(({ statement }) => statement).join(';'));
    void this.#send(connection as CopyConnection);
  }

  async #send(connection: CopyConnection): Promise<void> {
    let unwaited = 0;
    try {
      for (const { parts } of this.copies) {
        for (const part of parts) {
          connection.sendCopyFromChunk(part);
          unwaited += part.length;
          if (unwaited < TURN_BYTES) continue;
          unwaited = 0;
          await (connection.stream.writableLength > MAX_WAITING ? once(connection.stream, 'drain') : turn());
          // Refused: the server is no longer listening to what belongs to the statement.
          if (this.#isOver) return;
        }
        connection.endCopyFrom();
      }
    } catch (error) {
      // Encoding failed, or the connection: then the server, or `pg`, answers.
      this.#cause = error as Error;
      if (!this.#isOver) connection.sendCopyFail('the rows cannot be encoded');
    }
  }

  /** `pg` puts its time limit here. */
  callback(): void {}

  handleCopyInResponse(): void {}

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#end();
    this.resolve();
  }

  handleError(error: Error): void {
    this.#end();
    this.reject(this.#cause ?? error);
  }

  #end(): void {
    this.#isOver = true;
    this.callback();
  }
}

/** Bytes after which the event loop turns: a server that takes all at once would have this thread for itself. */
const TURN_BYTES = 2 * 1024 * 1024;
/** Bytes that may wait for the server then; with more nothing is encoded until it has taken them. */
const MAX_WAITING = 8 * 1024 * 1024;
