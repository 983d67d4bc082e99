import { type Agent, foldText, type ROUTES } from '@att/contracts';
import { cutPage, momentOf, type Order, pageRequest, totalHeaders } from '@att/platform/paging';
import { generationTable } from '@att/platform/projections';
import type { z } from 'zod';
import { type SortKey, selectNamed } from '../paging/select-named.js';
import { positionHeader } from '../read-model/headers.js';
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
  { query, target, signal }: { query: Query; target: string; signal: AbortSignal },
) {
  const isDescending = query.sort.startsWith('-');
  const field = (isDescending ? query.sort.slice(1) : query.sort) as keyof typeof KEYS;
  const { moving, ...key }: SortKey = KEYS[field];
  const order: Order = { ...key, id: 'c.id', isDescending, isNullable: false };
  const page = pageRequest(query, order, target);
  const moment = momentOf(page, query.as_of);
  const { position, value, etag } = await models.read(
    { projection: 'agents', minPosition: query.min_position, ...moment, signal },
    (reader, generation, at) =>
      selectNamed<Agent>(reader, generation, at, {
        order,
        moving,
        page,
        q: query.q === undefined ? undefined : foldText(query.q),
        rowsAt: (condition) => agentsAt(generation, condition),
        table: generationTable('agents', generation),
        versions: generationTable('agent_versions', generation),
      }),
  );
  const at = moment.asOf === undefined && KEYS[field] === FIRST_SEEN ? null : position;
  const cut = cutPage(value.rows, page, at, target);
  return {
    headers: { ...positionHeader(position), ...totalHeaders(value.total, value.isExact), ...cut.headers },
    etag,
    body: cut.rows.map(({ row }) => agentOf(row)),
  };
}

/** Without what the row has for its order. */
function agentOf(row: Agent): Agent {
  return {
    name: row.name,
    projects: row.projects,
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
