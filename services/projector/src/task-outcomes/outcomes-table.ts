import type { TableName } from '@att/platform/projections';
import type { Key } from '../rows/keys.js';

/** Key of outcomes. It begins with what tells most: 200,000 rows were sorted in 100 ms, and in 220 by project first. */
export function outcomesKey(table: TableName): Key {
  return { table, columns: 'task_id, project, valid_from' };
}
