import { z } from 'zod';
import { deadLetterSchema } from '../dead-letter.js';
import { integer, nameFilter, pagedQuery, paging } from '../parameters.js';
import { noOptions } from '../projection.js';
import type { Route } from './route.js';

const noQuery = z.strictObject({});
const params = z.object({ id: integer(1, Number.MAX_SAFE_INTEGER) });

const command = <const Verb extends string>(verb: Verb, summary: string) =>
  ({
    method: 'POST',
    path: `/api/dead-letters/{id}/${verb}`,
    summary,
    scope: 'operate',
    params,
    query: noQuery,
    body: noOptions,
    status: 202,
    response: deadLetterSchema,
    problems: ['not_found', 'dead_letter_busy', 'outcome_unknown', 'clock_refused'],
  }) as const;

export const deadLetterRoutes = {
  listDeadLetters: {
    method: 'GET',
    path: '/api/dead-letters',
    summary: 'Blocked tasks, oldest first: an event of each could not be applied',
    scope: 'read',
    query: pagedQuery({
      ...paging(200),
      projection: nameFilter.optional(),
      project: nameFilter.optional(),
      task_id: nameFilter.optional(),
    }),
    status: 200,
    response: z.array(deadLetterSchema),
  },
  getDeadLetter: {
    method: 'GET',
    path: '/api/dead-letters/{id}',
    summary: 'One dead letter',
    scope: 'read',
    params,
    query: noQuery,
    status: 200,
    response: deadLetterSchema,
    problems: ['not_found'],
  },
  retryDeadLetter: command('retry', 'Apply the event, and those queued behind it, again'),
  skipDeadLetter: command('skip', 'Leave out the event and apply those queued behind it'),
} as const satisfies Record<string, Route>;
