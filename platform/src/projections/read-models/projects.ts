/** Tables of `projects`. */
import { COUNTS, notNull, TASK_OUTCOMES } from './counts.js';
import { runTable, type Table } from './table.js';

const MOVING = { updated_at: 'timestamptz(3)', ...COUNTS } as const;

/** Projects as they are now. */
const projects = {
  columns: {
    id: 'bigint NOT NULL',
    name: 'text NOT NULL',
    /** Name as searches and orders see it. */
    name_key: 'text COLLATE "C" NOT NULL',
    /** Position from which the project is there: past its id where its first event was applied late. */
    present_from: 'bigint NOT NULL',
    created_at: 'timestamptz(3) NOT NULL',
    ...notNull(MOVING),
  },
  primaryKey: ['id'],
  unique: ['name'],
  fillfactor: 50,
} as const satisfies Table;

export const PROJECT_TABLES = {
  projects,
  /** Projects after each event that changed them. */
  project_versions: runTable({ id: 'bigint' }, MOVING),
  projects_tasks: TASK_OUTCOMES,
};
