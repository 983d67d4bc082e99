/** Problems that a read can end with. */

import { type BuildProgress, buildEstimate } from '@att/contracts';
import { ProblemError } from '@att/platform/http';
import { SQLSTATE, sqlStateOf } from '@att/platform/postgres';
import type { ProjectionName } from '@att/platform/projections';

export type PositionParameter = 'min_position' | 'as_of' | 'cursor';

export function projectionBehind(projection: ProjectionName, position: number): ProblemError {
  const detail =
    position === 0
      ? `The read model of ${projection} is not there yet. Try again.`
      : `The read model of ${projection} has not reached position ${position} yet. Try again.`;
  return new ProblemError('projection_behind', detail);
}

/** Bounds of Retry-After in seconds, for a client that waits for a build. */
const RETRY_AFTER = { least: 5, most: 60 };

const REASONS = {
  release: 'is of another release, and is being built anew for this one',
  log: 'was made from another log than the database has, and is being built anew',
} as const;

/**
 * @param reason why it is rebuilt
 * @param now milliseconds since 1970
 */
export function rebuilding(
  reason: keyof typeof REASONS,
  projection: ProjectionName,
  head: number,
  build: Pick<BuildProgress, 'stage' | 'position' | 'rate'> | undefined,
  now: number,
): ProblemError {
  const what = `The read model of ${projection} ${REASONS[reason]}`;
  if (build === undefined) {
    const detail = `${what}, but no build of it is under way: GET /api/projections says why. Try again.`;
    return new ProblemError('projection_behind', detail, { retryAfter: RETRY_AFTER.least });
  }
  const { position, rate, stage } = build;
  const estimate = buildEstimate({ position, head, rate }, now);
  const { eta_seconds: seconds, expected_at: at } = estimate;
  const until = at === null ? '' : `, to be done at about ${at}`;
  const after = Math.min(Math.max(Math.ceil(seconds ?? 0), RETRY_AFTER.least), RETRY_AFTER.most);
  return new ProblemError(
    'projection_behind',
    `${what}: it has ${position} of ${head} events${until}. Try again.`,
    { retryAfter: after, progress: { projection, stage, position, head, rate, ...estimate } },
  );
}

/** @param parameter that asked for the position */
export function positionAhead(position: number, head: number, parameter: PositionParameter): ProblemError {
  return new ProblemError('position_ahead', `The log ends at position ${head}, before ${position}.`, {
    errors: [{ pointer: parameter, detail: `is past the end of the log, ${head}` }],
  });
}

export function noSuchProject(name: string): ProblemError {
  return new ProblemError('not_found', `There is no project ${name}.`);
}

export function noSuchTask(taskId: string, project?: string): ProblemError {
  const where = project === undefined ? '' : ` in the project ${project}`;
  return new ProblemError('not_found', `There is no task ${taskId}${where}.`);
}

/** @param projects some or all of those that have the task */
export function ambiguousTask(taskId: string, projects: readonly string[], count: number): ProblemError {
  const more = count > projects.length ? ` and ${count - projects.length} more` : '';
  const errors = projects.map((project) => ({
    pointer: 'task_id',
    detail: `is a task of ${project}: /api/projects/${encodeURIComponent(project)}/tasks/${encodeURIComponent(taskId)}`,
  }));
  return new ProblemError(
    'ambiguous_task',
    `Several projects have a task ${taskId}: ${projects.join(', ')}${more}. Ask for it through its project.`,
    { errors },
  );
}

export function noSuchEvent(position: number, head: number): ProblemError {
  return new ProblemError('not_found', `There is no event ${position}: the log ends at position ${head}.`);
}

export function tooSlow(cause: unknown): ProblemError {
  return new ProblemError(
    'database_unavailable',
    'The read took too long and was given up. Narrow it down, or try again.',
    { cause },
  );
}

/** True for a read that was given up after its whole time: another server would need as long. */
export function isTooSlow(error: unknown): boolean {
  return error instanceof ProblemError && sqlStateOf(error.cause) === SQLSTATE.queryCanceled;
}

export function databaseSilent(): ProblemError {
  return new ProblemError('database_unavailable', 'The database does not answer now. Try again.');
}
