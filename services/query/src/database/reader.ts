import { type Queryable, SQLSTATE, sqlStateOf } from '@att/platform/postgres';
import type { QueryResultRow } from 'pg';
import { tooSlow } from '../problems.js';
import type { Probe } from './probe.js';

export interface Statement {
  /** Name of a prepared statement, one for each text. Without a name the statement is planned each time. */
  name?: string;
  text: string;
  values: unknown[];
}

/** Milliseconds between two probes while a read has no answer. */
const PROBE_INTERVAL = 1_500;

/**
 * Runs reads. A read may take until the statement timeout while the database answers probes. When it answers nothing, as when its
 * machine lost power, the read fails within 3 s.
 */
export class Reader {
  readonly #pool: Queryable;
  readonly #probe: Probe;

  /** @param probe rejects when the server is silent */
  constructor(pool: Queryable, probe: Probe) {
    this.#pool = pool;
    this.#probe = probe;
  }

  async query<Row extends QueryResultRow>(statement: Statement): Promise<Row[]> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setInterval(() => this.#probe().catch(reject), PROBE_INTERVAL);
    });
    try {
      const { rows } = await Promise.race([this.#pool.query<Row>(statement), silence]);
      return rows;
    } catch (error) {
      // The statement timeout cancels a query.
      throw sqlStateOf(error) === SQLSTATE.queryCanceled ? tooSlow(error) : error;
    } finally {
      clearInterval(timer);
    }
  }
}
