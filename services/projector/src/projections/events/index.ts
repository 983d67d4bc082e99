/**
 * The log's index by field. The log itself has none but its position: one there would be paid for by every
 * webhook before it is answered. This one has the chunks of the log in which a value occurs, and a reader
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
  // The key begins with the most selective column: sorting by field first, which has few values, takes twice as long.
  indexes: (generation) => [
    `CREATE UNIQUE INDEX ON ${generationTable('event_index', generation)} (value, field, chunk_group)`,
  ],
  writer,
};

/**
 * Each group is indexed once, when the checkpoint passes its end, from the log itself. So the rows never change, and depend on
 * nothing but how far the checkpoint is: not on how the log came in batches, on restarts, or on blocked tasks,
 * whose events readers find like all others.
 */
function writer(generation: number, position: number): ProjectionWriter {
  const table = generationTable('event_index', generation);
  let indexed = CHUNK_GROUPS.wholeAt(position);
  return {
    async fold(_, batch) {
      const first = indexed;
      indexed = Math.max(first, CHUNK_GROUPS.wholeAt(batch.position));
      return { writes: Array.from({ length: indexed - first }, (_, n) => indexGroup(table, first + n)) };
    },
  };
}
