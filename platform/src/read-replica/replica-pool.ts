import type { Pool, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { Queryable } from '../postgres/index.js';

/**
 * Connections to a replica. While a replica is away its connections may be silent for long, and a pool that waits for them has
 * none for those who ask when it is back: so they are given up together, and the next statement opens new ones.
 */
export class ReplicaPool implements Queryable {
  readonly #open: () => Pool;
  readonly #onError: (error: unknown) => void;
  #pool: Pool | undefined;
  #isEnded = false;
  readonly #underWay = new Set<(error: Error) => void>();

  /** @param onError called with each failure of a statement */
  constructor(open: () => Pool, onError: (error: unknown) => void) {
    this.#open = open;
    this.#onError = onError;
  }

  async query<Row extends QueryResultRow>(statement: QueryConfig): Promise<QueryResult<Row>> {
    if (this.#isEnded) throw new Error('the pool of the replica was ended');
    this.#pool ??= this.#open();
    const answered = this.#pool.query<Row>(statement);
    let giveUp = (_: Error) => {};
    const givenUp = new Promise<never>((_, reject) => {
      giveUp = reject;
    });
    this.#underWay.add(giveUp);
    try {
      return await Promise.race([answered, givenUp]);
    } catch (error) {
      this.#onError(error);
      throw error;
    } finally {
      this.#underWay.delete(giveUp);
    }
  }

  /** Fails the statements under way at once, and closes their connections in the background. */
  giveUp(error: Error): void {
    for (const reject of this.#underWay) reject(error);
    void this.#close();
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    await this.#close();
  }

  async #close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.end();
  }
}
