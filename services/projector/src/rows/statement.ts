/** Statements of a batch, as they are sent to PostgreSQL. */
import type { DatabaseError } from 'pg';

export interface Statement {
  /** Prepared once a connection under this name, which no other query of the pool has; absent: planned each time. */
  name?: string;
  text: string;
  /** A Buffer is in PostgreSQL's binary form. */
  values?: readonly Value[];
  /** Called with each row of its answer, in PostgreSQL's text form. */
  onRow?: (fields: readonly (string | null)[]) => void;
  /** Explains a refusal by the server, where it means more than its error says. */
  refusal?: (error: DatabaseError) => Error | undefined;
}

export type Value = string | number | Buffer | null;

/** The rows of one table, encoded. */
export interface CopyIn {
  /** `COPY … FROM STDIN` */
  statement: string;
  /** None changes once it is given. */
  parts: Iterable<Buffer>;
}
