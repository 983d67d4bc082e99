/** The messages of statements (PostgreSQL manual, Frontend/Backend Protocol, Message Formats), on a connection of `pg`. */
import type { Connection } from 'pg';
import type { CopyIn, Statement, Value } from './statement.js';

export class StatementWriter {
  readonly #connection: PipelineConnection;
  /** Texts by name of what was sent to be prepared. */
  readonly #prepared = new Map<string, string>();
  #isSynced = false;

  constructor(connection: Connection) {
    this.#connection = connection as unknown as PipelineConnection;
  }

  /** Sends as far as it is asked to. @returns bytes of each step, more or less, when they are sent */
  *send(statements: readonly (Statement | CopyIn)[]): Generator<number> {
    for (const statement of statements) {
      if ('parts' in statement) yield* this.#copy(statement);
      else yield this.#execute(statement);
    }
  }

  /** Gives rows up. Passed over by a server that is not in the middle of any. */
  fail(): void {
    this.#connection.sendCopyFail('the rows cannot be encoded');
  }

  /** The end: once, as the server answers each. */
  sync(): void {
    if (!this.#isSynced) this.#connection.sync();
    this.#isSynced = true;
  }

  /** All that was sent was done. */
  done(): void {
    Object.assign(this.#connection.parsedStatements, Object.fromEntries(this.#prepared));
  }

  *#copy({ statement, parts }: CopyIn): Generator<number> {
    yield this.#execute({ text: statement });
    for (const part of parts) {
      this.#copyData(part);
      yield part.length;
    }
    this.#connection.endCopyFrom();
  }

  /** The rows as they are: `pg` would copy them, while all of a batch waits to leave together. */
  #copyData(rows: Buffer): void {
    const { stream } = this.#connection;
    if (!stream.writable) return;
    const header = Buffer.allocUnsafe(5);
    header.writeUInt8(COPY_DATA, 0);
    // Length of the length itself and the rows.
    header.writeInt32BE(4 + rows.length, 1);
    stream.write(header);
    stream.write(rows);
  }

  #execute({ name, text, values = [] }: Statement): number {
    if (name === undefined) this.#connection.parse({ text });
    else this.#prepare(name, text);
    this.#connection.bind({ statement: name, values, valueMapper: wireValue });
    this.#connection.execute();
    return values.reduce((sum: number, value) => sum + lengthOf(value), text.length);
  }

  /** Closes the name first: a failed pipeline may have prepared it or not, and to close what is not there is no error. */
  #prepare(name: string, text: string): void {
    const { parsedStatements } = this.#connection;
    if ((this.#prepared.get(name) ?? parsedStatements[name]) === text) return;
    delete parsedStatements[name];
    this.#connection.close({ type: 'S', name });
    this.#connection.parse({ name, text });
    this.#prepared.set(name, text);
  }
}

const COPY_DATA = 0x64;

function wireValue(value: Value): string | Buffer | null {
  return typeof value === 'number' ? String(value) : value;
}

function lengthOf(value: Value): number {
  return typeof value === 'string' || Buffer.isBuffer(value) ? value.length : 0;
}

/** Parts of `pg`'s connection that its types leave out. */
interface PipelineConnection extends Omit<Connection, 'parse' | 'bind' | 'execute' | 'close'> {
  /** Texts by name of what is prepared. */
  parsedStatements: Record<string, string>;
  parse(statement: { name?: string; text: string }): void;
  bind(values: {
    statement: string | undefined;
    values: readonly Value[];
    valueMapper: typeof wireValue;
  }): void;
  execute(): void;
  close(statement: { type: 'S'; name: string }): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}
