import { type Agent, MAX_AGENT_PROJECTS, type ROUTES } from '@att/contracts';
import { generationTable } from '@att/platform/projections';
import type { z } from 'zod';
import { listNamed } from '../paging/list-named.js';
import type { ReadModel } from '../read-model/read-model.js';
import { agentsAt } from './agents-at.js';

type Query = z.output<(typeof ROUTES)['listAgents']['query']>;

const FIRST_SEEN = { key: 'c.id', type: 'bigint' } as const;
const LAST_SEEN = { key: 'c.last_seen', type: 'timestamptz', moving: 'last_seen' } as const;

const KEYS = {
  // An agent's id is the position of its first event, and later positions are never recorded earlier.
  first_seen: FIRST_SEEN,
  created: FIRST_SEEN,
  last_seen: LAST_SEEN,
  updated: LAST_SEEN,
  name: { key: 'c.name_key', type: 'text' },
} as const;

export async function listAgents(
  models: ReadModel,
  request: { query: Query; target: string; signal: AbortSignal },
) {
  const { rows, ...answer } = await listNamed<Agent>(models, request, {
    projection: 'agents',
    keys: KEYS,
    sql: (generation) => ({
      rowsAt: (condition) => agentsAt(generation, condition),
      table: generationTable('agents', generation),
      versions: 'agent_versions',
    }),
  });
  return { ...answer, body: rows.map(agentOf) };
}

/** Agent of a row, without the columns of its order. */
function agentOf(row: Agent): Agent {
  return {
    name: row.name,
    projects: row.projects.slice(0, MAX_AGENT_PROJECTS),
    ...(row.projects.length > MAX_AGENT_PROJECTS ? { truncated: ['projects' as const] } : {}),
    total_tasks: row.total_tasks,
    active_tasks: row.active_tasks,
    completed_tasks: row.completed_tasks,
    failed_tasks: row.failed_tasks,
    success_rate: row.success_rate,
    average_duration: row.average_duration,
    first_seen: row.first_seen,
    last_seen: row.last_seen,
  };
}
