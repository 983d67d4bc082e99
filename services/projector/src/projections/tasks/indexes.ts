import { generationTable, OPEN_END, type TableName } from '@att/platform/projections';
import type { Key } from '../../rows/keys.js';

export const KEYS: readonly Key[] = [
  // The id first, as the most selective column: sorting by it takes half the time.
  { table: 'tasks', columns: 'task_id, project' },
  // Any task of a project has the project's id.
  { table: 'tasks', columns: 'project, id' },
  { table: 'task_versions', columns: 'id, valid_from' },
  // Messages and latest reports of the open chunk are looked up by position.
  { table: 'task_versions', columns: 'valid_from' },
  { table: 'task_metadata', columns: 'id, valid_from' },
];

/** Named, as two of one table are made at a time: the names that PostgreSQL finds for those of the same columns can collide. */
export function indexes(generation: number): readonly string[] {
  const index = (table: TableName, purpose: string, definition: string, unique = '') =>
    `CREATE ${unique}INDEX ${table}_g${generation}_${purpose} ON ${generationTable(table, generation)} ${definition}`;
  const open = `INCLUDE (project, valid_from) WHERE valid_to = ${OPEN_END}`;
  const closed = `INCLUDE (valid_from, valid_to) WHERE valid_to < ${OPEN_END}`;
  return [
    // The slowest first.
    index('task_texts', 'texts', 'USING gin (text gin_trgm_ops)'),
    index('task_messages', 'texts', 'USING gin (text gin_trgm_ops)'),
    index('task_texts', 'key', '(id, valid_from)', 'UNIQUE '),
    // Open spans in the orders of lists. An agent's tasks of one project are counted in its index: 17 blocks for 1,000, where
    // the table has 1,000.
    index('task_spans', 'open_status', `(status, id) ${open}`),
    index('task_spans', 'open_agent', `(agent, id) ${open}`),
    index(
      'task_spans',
      'open_project',
      `(project, status, id) INCLUDE (valid_from) WHERE valid_to = ${OPEN_END}`,
    ),
    index('task_spans', 'open_title', `(title_key, id) ${open}`),
    index('task_spans', 'open_duration', `(duration_seconds, id) ${open}`),
    // Ended spans by their forks: a position has some forty.
    index('task_spans', 'closed_status', `(status, fork, id) ${closed}`),
    index('task_spans', 'closed_agent', `(agent, fork, id) ${closed}`),
    index('task_spans', 'closed', `(fork, id) ${closed}`),
    // Titles that came after a task's first one: next to none.
    index('task_texts', 'later', '(id, valid_from) WHERE valid_from > id'),
  ];
}
