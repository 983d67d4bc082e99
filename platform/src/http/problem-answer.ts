/** The one place that turns errors into HTTP. */
import { PROBLEMS, type Problem, type ProblemCode, problem } from '@att/contracts';
import { AppendError } from '../event-log/index.js';
import type { Logger } from '../logging/index.js';
import { isUnavailable } from '../postgres/index.js';
import { ProblemError } from './problem-error.js';

export interface ProblemAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Problem;
}

/** Logs the details of an unexpected error; the caller gets a request id to ask for. */
export function problemAnswer(error: unknown, requestId: string, log: Logger): ProblemAnswer {
  const known = asProblem(error);
  const status = PROBLEMS[known.code].status;
  if (status >= 500 && status !== 503) log.error({ requestId, err: error }, 'request failed');
  return {
    status,
    headers: known.headers,
    body: problem(known.code, known.detail, requestId, known.errors, known.progress),
  };
}

export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof AppendError) return ofAppend(error);
  if (isMalformedPath(error)) {
    return new ProblemError('malformed_request', 'The path has a broken percent-encoding.');
  }
  if (isUnavailable(error)) {
    return new ProblemError('database_unavailable', 'The database cannot be reached now. Try again.');
  }
  return new ProblemError('internal_error', 'The error was logged under the request id.');
}

const APPEND_PROBLEMS: Record<AppendError['code'], { code: ProblemCode; detail: string }> = {
  queue_full: { code: 'queue_full', detail: 'Nothing was stored. Send it again in a moment.' },
  database_unavailable: {
    code: 'database_unavailable',
    detail: 'Nothing was stored. Send it again in a moment.',
  },
  clock_refused: { code: 'clock_refused', detail: 'Nothing was stored. Send it again later.' },
  shutting_down: { code: 'shutting_down', detail: 'Nothing was stored. Send it again in a moment.' },
  outcome_unknown: {
    code: 'outcome_unknown',
    detail:
      'The database was lost while it was writing and does not answer. Send it again with the same idempotency key, if it had one; otherwise look at /api/events first.',
  },
  rejected: {
    code: 'internal_error',
    detail: 'Nothing was stored. The error was logged under the request id.',
  },
};

function ofAppend(error: AppendError): ProblemError {
  const { code, detail } = APPEND_PROBLEMS[error.code];

  const reason = error.code === 'clock_refused' ? `${capitalised(error.message)}. ` : '';
  return new ProblemError(code, reason + detail, { cause: error });
}

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function isMalformedPath(error: unknown): boolean {
  return error instanceof URIError;
}
