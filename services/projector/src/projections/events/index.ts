/**
 * The log's index by field. The log itself has none but its position: one there would be paid for by every
 * webhook before it is answered. This one tells in which chunks of the log a value occurs, and whoever reads
 * looks through those: an entry for each event and field would be twelve times the rows, and five indexes. A row has
 * a bit for each chunk of a group, which is a quarter of the rows of chunks by themselves.
 */

import { CHUNK_GROUPS, generationTable, PROJECTION_VERSIONS, READ_MODELS } from '@att/platform/projections';
import type { Projection, ProjectionWriter } from '../../fold/projection.js';
import { indexGroup } from './index-group.js';

export const events: Projection = {
  name: 'events',
  version: PROJECTION_VERSIONS.events,
  tables: READ_MODELS.events,
  keys: [],
  // The key begins with what tells most: to sort by field first, which has few values, takes twice as long.
  indexes: (generation) => [
    `CREATE UNIQUE INDEX ON ${generationTable('event_index', generation)} (value, field, chunk_group)`,
  ],
  writer,
};

/**
 * A group is told of once, when the checkpoint passes its end, by the log itself. So the rows never change, and depend on
 * nothing but how far the checkpoint is: not on how the log came in batches, on restarts, or on tasks that stand still,
 * whose events readers find like all others.
 */
function writer(generation: number, position: number): ProjectionWriter {
  const table = generationTable('event_index', generation);
  let told = CHUNK_GROUPS.wholeAt(position);
  return {
    async fold(_, batch) {
      const first = told;
      told = Math.max(first, CHUNK_GROUPS.wholeAt(batch.position));
      return { writes: Array.from({ length: told - first }, (_, n) => indexGroup(table, first + n)) };
    },
  };
}
