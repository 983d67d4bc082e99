import type { Pool } from 'pg';

/**
 * Reader of committed rows, for folds. It uses another connection than the one that is writing the batch before: what that
 * batch changes is in memory.
 */
export type Loader = Pick<Pool, 'query'>;
