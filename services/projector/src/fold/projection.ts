/** Projections: each has a name, a version, its tables, and a fold of a batch into changes of rows. */
import type { ProjectionName, TableName } from '@att/platform/projections';
import type { Tables } from '../rows/create-tables.js';
import type { Key } from '../rows/keys.js';
import type { Loader } from '../rows/loader.js';
import type { Write } from '../rows/write.js';
import type { FoldedBatch } from './folded-batch.js';
import type { TaskTransitions } from './task-outcome.js';

export interface Projection {
  name: ProjectionName;
  /** Version of the tables and of the fold: see `PROJECTION_VERSIONS`. */
  version: number;
  tables: Tables;
  /**
   * Keys by which a writer finds rows that its memory does not have. A build whose memory has had all rows makes them once its
   * tables are full: row by row they were 7 of the 26 µs of PostgreSQL's time an event.
   */
  keys: readonly Key[];
  /** Statements that make what only readers need. A rebuild runs them once its tables are full, which is faster than row by row. */
  indexes(generation: number): readonly string[];
  /**
   * Tables in whose indexes readers find all that they want. PostgreSQL does not read such a table, but only where vacuum has
   * marked its pages.
   */
  covered?: readonly TableName[];
  /**
   * Tables whose rows are found by their whole key, whatever statistics say: a build leaves these tables to autovacuum, which may
   * come to them once the build is followed.
   */
  byKey?: readonly TableName[];
  /** @param position checkpoint after which the writer goes on */
  writer(generation: number, position: number): ProjectionWriter;
}

/**
 * Writer of one generation. It keeps rows in memory between batches, so it must be the only writer, and must be
 * replaced after a batch failed: its memory may differ from the tables.
 */
export interface ProjectionWriter {
  /**
   * Works out what the batch changes. Batches are folded in order, the next one while this one is still being
   * written, and each is written before the next. The checkpoint never moves without a fold, if only of no event.
   *
   * @param transitions what the batch did to its tasks, where a writer at the same checkpoint has worked it out before
   */
  fold(loader: Loader, batch: FoldedBatch, transitions?: TaskTransitions): Promise<Fold>;
}

export interface Fold {
  writes: readonly Write[];
  /** Transitions of the batch's tasks, for the writers that fold it next; absent where this writer does not need to know. */
  transitions?: TaskTransitions;
}
