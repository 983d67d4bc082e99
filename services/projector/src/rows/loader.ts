import type { Pool } from 'pg';

/**
 * What folds read what was committed with: another connection than the one that is writing the batch
 * before. What that batch changes is in memory.
 */
export type Loader = Pick<Pool, 'query'>;
