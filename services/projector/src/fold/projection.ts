/** What a projection is: a name, a version, its tables, and a fold of a batch into row changes. */
import type { ProjectionName, TableName } from '@att/platform/projections';
import type { Tables } from '../rows/create-tables.js';
import type { Key } from '../rows/keys.js';
import type { Loader } from '../rows/loader.js';
import type { Write } from '../rows/write.js';
import type { FoldedBatch } from './folded-batch.js';

export interface Projection {
  name: ProjectionName;
  /** Of its tables and of its fold: see `PROJECTION_VERSIONS`. */
  version: number;
  tables: Tables;
  /**
   * Those by which a writer finds rows that its memory does not have. A build whose memory has had all of them makes them once its
   * tables are full: row by row they were 7 of the 26 µs of PostgreSQL's time an event.
   */
  keys: readonly Key[];
  /** DDL of what only readers need, a statement each: a rebuild makes it once its tables are full, which is faster than row by row. */
  indexes(generation: number): readonly string[];
  /**
   * Tables, by the ending of their names, of which readers find all that they want in indexes. PostgreSQL leaves the table out then,
   * but only where vacuum has marked its pages.
   */
  covered?: readonly TableName[];
  /**
   * Tables, by the ending of their names, of which a row is found by its whole key, whatever statistics tell: a build leaves those
   * to autovacuum, which may come to them once it is followed.
   */
  byKey?: readonly TableName[];
  /** @param position the checkpoint that it goes on from */
  writer(generation: number, position: number): ProjectionWriter;
}

/** One generation being written to. Keeps rows in memory between batches, so it must be the only writer, and is of no use once a batch failed. */
export interface ProjectionWriter {
  /**
   * Works out what the batch changes. Batches are folded in order, the next one while this one is still being
   * written, and each is written before the next. The checkpoint never moves without a fold, if only of no event.
   */
  fold(loader: Loader, batch: FoldedBatch): Promise<readonly Write[]>;
}
