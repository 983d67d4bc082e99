import { generationTable } from '@att/platform/projections';

export function tables(generation: number): string {
  return `
    CREATE TABLE ${generationTable('event_index', generation)} (
      field       text NOT NULL,
      value       text NOT NULL,
      chunk_group bigint NOT NULL,
      -- Bit by bit the chunks of the group in which the value occurs.
      chunks      int NOT NULL
    );`;
}

export function indexes(generation: number): readonly string[] {
  // What tells most first: sorted by field first, of which there are few, it takes twice as long to make.
  return [`CREATE UNIQUE INDEX ON ${generationTable('event_index', generation)} (value, field, chunk_group)`];
}
