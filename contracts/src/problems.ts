/** Problem documents (RFC 9457) and the stable codes that they carry. */
import { z } from 'zod';
import { type BuildProgress, buildProgressSchema } from './build-progress.js';

/** Every code, its HTTP status and its title. A code never changes its meaning. */
export const PROBLEMS = {
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  malformed_utf8: { status: 400, title: 'The body is not valid UTF-8' },
  malformed_encoding: { status: 400, title: 'The body cannot be unpacked' },
  malformed_request: { status: 400, title: 'The request is malformed' },
  unauthorized: { status: 401, title: 'A valid API key is needed' },
  forbidden: { status: 403, title: 'The API key does not allow this' },
  origin_not_allowed: { status: 403, title: 'The origin is not allowed to do this' },
  not_found: { status: 404, title: 'There is no such resource' },
  method_not_allowed: { status: 405, title: 'The resource does not have this method' },
  request_timeout: { status: 408, title: 'The request body came too slowly' },
  ambiguous_task: { status: 409, title: 'Several projects have a task of this id' },
  projection_busy: { status: 409, title: 'The projection is being built already' },
  projection_paused: { status: 409, title: 'The projection is paused' },
  nothing_to_switch: { status: 409, title: 'No generation is ready to be switched to' },
  nothing_to_cancel: { status: 409, title: 'No generation is being built' },
  nothing_to_roll_back: { status: 409, title: 'No retired generation is kept' },
  generation_in_use: { status: 409, title: 'The generation is in use' },
  dead_letter_busy: { status: 409, title: 'The dead letter is being dealt with already' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  expectation_failed: { status: 417, title: 'The expectation is not understood' },
  host_not_allowed: { status: 421, title: 'The server does not answer for this host' },
  wrong_service: { status: 421, title: 'Another service answers this path' },
  invalid_body: { status: 422, title: 'The body has wrong fields' },
  invalid_parameter: { status: 422, title: 'A parameter is wrong' },
  invalid_text: { status: 422, title: 'The body has text that cannot be stored' },
  too_deep: { status: 422, title: 'The body is nested too deeply' },
  too_complex: { status: 422, title: 'The body has too many arrays and objects' },
  too_many_items: { status: 422, title: 'The batch has too many items' },
  idempotency_conflict: { status: 422, title: 'The idempotency key was used for something else' },
  position_ahead: { status: 422, title: 'The log has not reached this position' },
  rate_limited: { status: 429, title: 'The key has used up its limit for now' },
  headers_too_large: { status: 431, title: 'The head of the request is too large' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  method_not_implemented: { status: 501, title: 'There is no such method here' },
  coding_not_implemented: { status: 501, title: 'The transfer coding is not understood' },
  queue_full: { status: 503, title: 'Too much is waiting to be written' },
  database_unavailable: { status: 503, title: 'The event log cannot be reached' },
  clock_refused: { status: 503, title: 'The clock that gives events their time is wrong' },
  outcome_unknown: { status: 503, title: 'It is not known whether the event was stored' },
  projection_behind: { status: 503, title: 'The read model has not reached this position yet' },
  shutting_down: { status: 503, title: 'The server is shutting down' },
  version_not_supported: { status: 505, title: 'The HTTP version is not supported' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export const fieldErrorSchema = z.object({
  /** JSON Pointer (RFC 6901) into the body, or the name of a parameter or header. */
  pointer: z.string(),
  detail: z.string(),
});
export type FieldError = z.infer<typeof fieldErrorSchema>;

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
  request_id: z.string(),
  errors: z.array(fieldErrorSchema).optional(),
  /** Progress of a build, with `projection_behind`, while a new release rebuilds the read model. */
  progress: buildProgressSchema.optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** The problem document of a code: the one place that gives it its form. */
export function problem(
  code: ProblemCode,
  detail: string,
  requestId: string,
  errors?: readonly FieldError[],
  progress?: BuildProgress,
): Problem {
  const { status, title } = PROBLEMS[code];
  return {
    type: `urn:agent-task-tracker:problem:${code}`,
    title,
    status,
    detail,
    code,
    request_id: requestId,
    ...(errors === undefined || errors.length === 0 ? {} : { errors: [...errors] }),
    ...(progress === undefined ? {} : { progress }),
  };
}
