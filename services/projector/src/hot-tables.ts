/** Small tables that batches update; all that the migrations make. Those of generations grow with the log. */
export const HOT_TABLES = ['projection.generations', 'projection.paused', 'projection.dead_letters'] as const;
