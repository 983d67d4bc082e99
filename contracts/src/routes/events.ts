import { z } from 'zod';
import { eventSchema, eventWithTextSchema } from '../events.js';
import { EVENT_TYPES } from '../operator-events.js';
import {
  asOfQuery,
  integer,
  minPosition,
  nameFilter,
  pagedQuery,
  paging,
  pathName,
  positionParameter,
  sortBy,
  time,
} from '../parameters.js';
import type { Route } from './route.js';

const data = z
  .enum(['text'], 'must be text, or left out')
  .optional()
  .describe('`text`: the payload as a string, exactly the bytes that were hashed');

/** Filters of every list of events; times are included at both ends. */
const page = {
  ...paging(1000),
  ...asOfQuery,
  after: positionParameter.default(0).describe('Only events behind this position'),
  agent: nameFilter.optional(),
  actor: nameFilter.optional().describe('Written with this key, as the events name it'),
  type: z.enum(EVENT_TYPES, `must be one of ${EVENT_TYPES.join(', ')}`).optional(),
  from: time.optional().describe('Recorded at this time or later'),
  to: time.optional().describe('Recorded at this time or earlier'),
  occurred_from: time
    .optional()
    .describe("Happened at this time or later, by the sender's clock; when recorded, where it sent no time"),
  occurred_to: time
    .optional()
    .describe(
      "Happened at this time or earlier, by the sender's clock; when recorded, where it sent no time",
    ),
  sort: sortBy('position').default('position'),
  data,
};

// The stricter first: an event with text is an event whose data is absent, too, and would lose its text.
const event = z.union([eventWithTextSchema, eventSchema]);

export const eventRoutes = {
  listEvents: {
    method: 'GET',
    path: '/api/events',
    summary: 'The log, by position',
    scope: 'read',
    query: pagedQuery({ ...page, project: nameFilter.optional(), task_id: nameFilter.optional() }),
    status: 200,
    response: z.array(event),
  },
  getEvent: {
    method: 'GET',
    path: '/api/events/{position}',
    summary: 'One event of the log',
    scope: 'read',
    params: z.object({ position: integer(1, Number.MAX_SAFE_INTEGER) }),
    query: z.strictObject({ ...minPosition, data }),
    status: 200,
    response: event,
    problems: ['not_found'],
  },
  listTaskEvents: {
    method: 'GET',
    path: '/api/projects/{name}/tasks/{task_id}/events',
    summary: 'The events of one task, by position',
    scope: 'read',
    params: z.object({ name: pathName, task_id: pathName }),
    query: pagedQuery(page),
    status: 200,
    response: z.array(event),
    problems: ['not_found'],
  },
} as const satisfies Record<string, Route>;
