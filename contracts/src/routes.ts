/**
 * The HTTP route table: the one description of every path. Express, the UI's client and the API
 * documents all follow from it. Paths carry parameters as `{name}`.
 */
import { z } from 'zod';
import { eventSchema, eventWithTextSchema } from './events.js';
import {
  filterText,
  integer,
  minPosition,
  paging,
  positionParameter,
  statusFilter,
  time,
} from './parameters.js';
import { problemSchema } from './problems.js';
import { projectSchema, statsSchema } from './project.js';
import { taskSchema, taskSummarySchema } from './task.js';
import {
  batchItemAccepted,
  batchItemType,
  errorBody,
  finishBody,
  idempotencyKey,
  MAX_BATCH_ITEMS,
  startBody,
  statusBody,
  webhookAnswer,
} from './webhooks.js';

export const SCOPES = ['ingest', 'read', 'operate', 'audit'] as const;
export type Scope = (typeof SCOPES)[number];

export interface Route {
  method: 'GET' | 'POST';
  /** Absolute; parameters are `{name}`, percent-encoded by callers, slashes included. */
  path: string;
  summary: string;
  /** What the key must be allowed to do; null needs no key. */
  scope: Scope | null;
  params?: z.ZodObject;
  query?: z.ZodObject;
  headers?: z.ZodObject;
  body?: z.ZodType;
  /** Status of the answer that `response` describes. */
  status: number;
  response: z.ZodType;
}

const taskListQuery = z.strictObject({
  ...paging(200),
  ...minPosition,
  status: statusFilter.optional(),
});

const eventListQuery = z.strictObject({
  ...paging(1000),
  ...minPosition,
  after: positionParameter.default(0),
  project: filterText.optional(),
  task_id: filterText.optional(),
  agent: filterText.optional(),
  type: filterText.optional(),
  from: time.optional(),
  to: time.optional(),
  data: z.enum(['text'], 'must be text, or left out').optional(),
});

const webhook = (body: z.ZodType, summary: string) =>
  ({
    method: 'POST',
    summary,
    scope: 'ingest',
    headers: z.object({
      'idempotency-key': idempotencyKey.optional(),
      'webhook-id': idempotencyKey.optional(),
    }),
    body,
    status: 202,
    response: webhookAnswer,
  }) as const;

const webhookRoutes = {
  webhookStart: { path: '/webhook/start', ...webhook(startBody, 'A task starts') },
  webhookStatus: { path: '/webhook/status', ...webhook(statusBody, 'A task reports progress') },
  webhookFinish: { path: '/webhook/finish', ...webhook(finishBody, 'A task has finished') },
  webhookError: { path: '/webhook/error', ...webhook(errorBody, 'A task has failed') },
  webhookBatch: {
    method: 'POST',
    path: '/webhook/batch',
    summary: 'Many reports at once, as a JSON array or NDJSON; each is answered on its own',
    scope: 'ingest',
    body: z.array(z.looseObject({ type: batchItemType })).max(MAX_BATCH_ITEMS),
    status: 207,
    response: z.array(z.union([batchItemAccepted, problemSchema])),
  },
} as const satisfies Record<string, Route>;

const readRoutes = {
  listProjects: {
    method: 'GET',
    path: '/api/projects',
    summary: 'All projects, newest first',
    scope: 'read',
    query: z.strictObject({ ...paging(200), ...minPosition }),
    status: 200,
    response: z.array(projectSchema),
  },
  getProject: {
    method: 'GET',
    path: '/api/projects/{name}',
    summary: 'One project',
    scope: 'read',
    params: z.object({ name: filterText }),
    query: z.strictObject(minPosition),
    status: 200,
    response: projectSchema,
  },
  listProjectTasks: {
    method: 'GET',
    path: '/api/projects/{name}/tasks',
    summary: 'The tasks of a project, newest first',
    scope: 'read',
    params: z.object({ name: filterText }),
    query: taskListQuery,
    status: 200,
    response: z.array(taskSummarySchema),
  },
  getProjectTask: {
    method: 'GET',
    path: '/api/projects/{name}/tasks/{task_id}',
    summary: 'One task of a project',
    scope: 'read',
    params: z.object({ name: filterText, task_id: filterText }),
    query: z.strictObject(minPosition),
    status: 200,
    response: taskSchema,
  },
  listTasks: {
    method: 'GET',
    path: '/api/tasks',
    summary: 'The tasks of all projects, newest first',
    scope: 'read',
    query: taskListQuery,
    status: 200,
    response: z.array(taskSummarySchema),
  },
  getTask: {
    method: 'GET',
    path: '/api/tasks/{task_id}',
    summary: 'The one task of this id; 409 when several projects have one',
    scope: 'read',
    params: z.object({ task_id: filterText }),
    query: z.strictObject(minPosition),
    status: 200,
    response: taskSchema,
  },
  getStats: {
    method: 'GET',
    path: '/api/stats',
    summary: 'Totals, of everything or of one project or agent',
    scope: 'read',
    query: z.strictObject({
      ...minPosition,
      project: filterText.optional(),
      agent: filterText.optional(),
    }),
    status: 200,
    response: statsSchema,
  },
  listEvents: {
    method: 'GET',
    path: '/api/events',
    summary: 'The log, by position',
    scope: 'read',
    query: eventListQuery,
    status: 200,
    response: z.array(z.union([eventSchema, eventWithTextSchema])),
  },
  getEvent: {
    method: 'GET',
    path: '/api/events/{position}',
    summary: 'One event of the log',
    scope: 'read',
    params: z.object({ position: integer(1, Number.MAX_SAFE_INTEGER) }),
    query: z.strictObject({ ...minPosition, data: eventListQuery.shape.data }),
    status: 200,
    response: z.union([eventSchema, eventWithTextSchema]),
  },
  getWebsocketStats: {
    method: 'GET',
    path: '/api/websocket/stats',
    summary: 'Open sockets, in all and by project',
    scope: 'read',
    query: z.strictObject({}),
    status: 200,
    response: z.object({
      total_connections: z.int().nonnegative(),
      project_connections: z.record(z.string(), z.int().nonnegative()),
    }),
  },
} as const satisfies Record<string, Route>;

const check = z.object({ status: z.string(), detail: z.string().optional() });

const healthRoutes = {
  health: {
    method: 'GET',
    path: '/health',
    summary: 'Is it well? In the old form',
    scope: null,
    status: 200,
    response: z.object({
      status: z.enum(['healthy', 'unhealthy']),
      version: z.string(),
      timestamp: z.string(),
    }),
  },
  dbCheck: {
    method: 'GET',
    path: '/db-check',
    summary: 'Does the database answer?',
    scope: null,
    status: 200,
    response: check,
  },
  redisCheck: {
    method: 'GET',
    path: '/redis-check',
    summary: 'Does Redis answer? The embedded mode has none and says so',
    scope: null,
    status: 200,
    response: check,
  },
  livez: {
    method: 'GET',
    path: '/livez',
    summary: 'Is the process alive? Asks nothing else',
    scope: null,
    status: 200,
    response: z.object({ status: z.literal('ok') }),
  },
  readyz: {
    method: 'GET',
    path: '/readyz',
    summary: 'Can it do its work now? 503 while it cannot',
    scope: null,
    status: 200,
    response: z.object({ status: z.enum(['ready', 'not ready']), checks: z.record(z.string(), check) }),
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    summary: 'Prometheus metrics',
    scope: null,
    status: 200,
    response: z.string(),
  },
} as const satisfies Record<string, Route>;

/** Every HTTP path of the product. */
export const ROUTES = { ...webhookRoutes, ...readRoutes, ...healthRoutes } as const;

/** Where the socket is opened; not a route, as it is an upgrade. */
export const SOCKET_PATH = '/webhook/ws';
