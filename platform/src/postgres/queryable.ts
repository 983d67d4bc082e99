import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';

/** Server that takes statements: a pool, a connection, or what stands before one. */
export interface Queryable {
  query<Row extends QueryResultRow>(statement: QueryConfig): Promise<QueryResult<Row>>;
}
