import { SQLSTATE, sqlStateOf } from '@att/platform/postgres';
import type { Pool, QueryResultRow } from 'pg';
import { tooSlow } from '../problems.js';
import type { Probe } from './probe.js';

export interface Statement {
  /** Of a prepared statement: must say everything that the text depends on. Without one it is planned each time. */
  name?: string;
  text: string;
  values: unknown[];
}

/** Milliseconds without an answer after which, and then as often, the database is asked if it lives. */
const PROBE_INTERVAL = 1_500;

/**
 * Runs reads. A read may take as long as the statement timeout lets it, but only while the database
 * answers a probe: when it says nothing at all, as when its machine is gone, the caller is told within 3 s.
 */
export class Reader {
  readonly #pool: Pool;
  readonly #probe: Probe;

  constructor(pool: Pool, probe: Probe) {
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
