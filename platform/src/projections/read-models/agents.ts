/** Tables of `agents`. */
import { COUNTS, DURATIONS, notNull, TASK_OUTCOMES } from './counts.js';
import { runTable, type Table } from './table.js';

const MOVING = { last_seen: 'timestamptz(3)', ...COUNTS, ...DURATIONS } as const;

/** Agents as they are now. */
const agents = {
  columns: {
    /** Position of the first event that the agent reported and that was applied. */
    id: 'bigint NOT NULL',
    name: 'text NOT NULL',
    /** Name as searches and orders see it. */
    name_key: 'text COLLATE "C" NOT NULL',
    /** Position from which the agent is there: past its id where its first event was applied late. */
    present_from: 'bigint NOT NULL',
    first_seen: 'timestamptz(3) NOT NULL',
    ...notNull(MOVING),
  },
  primaryKey: ['id'],
  unique: ['name'],
  fillfactor: 50,
} as const satisfies Table;

/** Position ranges in which an agent has tasks of a project. `valid_to` is the first position after the range; `tasks` counts in the open one. */
const agent_projects = {
  columns: {
    id: 'bigint NOT NULL',
    project: 'text NOT NULL',
    valid_from: 'bigint NOT NULL',
    valid_to: 'bigint NOT NULL',
    tasks: 'bigint NOT NULL',
  },
  primaryKey: ['id', 'project', 'valid_from'],
  fillfactor: 50,
} as const satisfies Table;

export const AGENT_TABLES = {
  agents,
  /** Agents after each event that changed them. */
  agent_versions: runTable({ id: 'bigint' }, MOVING),
  agent_projects,
  agents_tasks: TASK_OUTCOMES,
};
