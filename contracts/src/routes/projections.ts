import { z } from 'zod';
import { filterText } from '../parameters.js';
import type { ProblemCode } from '../problems.js';
import { dropBody, generationSchema, noOptions, projectionSchema, rebuildBody } from '../projection.js';
import type { Route } from './route.js';

const noQuery = z.strictObject({});

/** An operator's command: it is recorded in the log, done by the projector, and answered before it is done. */
const command = <const Verb extends string, Body extends z.ZodType>(
  verb: Verb,
  body: Body,
  summary: string,
  ...problems: ProblemCode[]
) =>
  ({
    method: 'POST',
    path: `/api/projections/{name}/${verb}`,
    summary,
    scope: 'operate',
    params: z.object({ name: filterText }),
    query: noQuery,
    body,
    status: 202,
    response: generationSchema,
    problems: ['not_found', ...problems, 'outcome_unknown', 'clock_refused'],
  }) as const;

export const projectionRoutes = {
  listProjections: {
    method: 'GET',
    path: '/api/projections',
    summary: 'The projections, where they stand, and their generations',
    scope: 'read',
    query: noQuery,
    status: 200,
    response: z.array(projectionSchema),
  },
  rebuildAllProjections: {
    method: 'POST',
    path: '/api/projections/rebuild',
    summary: 'Build all projections anew from one read of the log, beside those that serve',
    scope: 'operate',
    query: noQuery,
    body: rebuildBody,
    status: 202,
    response: z.array(generationSchema),
    problems: ['projection_busy', 'outcome_unknown', 'clock_refused'],
  },
  rebuildProjection: command(
    'rebuild',
    rebuildBody,
    'Build a projection anew, beside the one that serves',
    'projection_busy',
    'projection_paused',
  ),
  switchProjection: command(
    'switch',
    noOptions,
    'Let the generation that is ready serve',
    'nothing_to_switch',
    'projection_paused',
  ),
  cancelRebuild: command(
    'cancel',
    noOptions,
    'Give up the generation that is built or ready',
    'nothing_to_cancel',
  ),
  rollbackProjection: command(
    'rollback',
    noOptions,
    'Let the retired generation serve again',
    'nothing_to_roll_back',
    'projection_paused',
  ),
  dropGeneration: command('drop', dropBody, 'Drop a generation that does not serve', 'generation_in_use'),
  pauseProjection: command('pause', noOptions, 'Stop applying events'),
  resumeProjection: command('resume', noOptions, 'Go on applying events'),
} as const satisfies Record<string, Route>;
