/** Errors of requests; every class has a stable `code`. */
import type { BuildProgress, FieldError, Problem } from '@att/contracts';

/** The server answered with a problem document (RFC 9457). */
export class ApiProblem extends Error {
  readonly code: Problem['code'];
  readonly status: number;
  readonly requestId: string;
  readonly errors: readonly FieldError[];
  /** Progress of the read model that the server builds anew; undefined where that is not the reason. */
  readonly progress: BuildProgress | undefined;
  /** Seconds that the server asks to wait; null if it does not say. */
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null) {
    super(problem.detail || problem.title);
    this.name = 'ApiProblem';
    this.code = problem.code;
    this.status = problem.status;
    this.requestId = problem.request_id;
    this.errors = problem.errors ?? [];
    this.progress = problem.progress;
    this.retryAfter = retryAfter;
  }
}

/** No answer came: the server is away, or the network is. */
export class ServerUnreachable extends Error {
  readonly code = 'server_unreachable';
  constructor(cause: unknown) {
    super('The server cannot be reached', { cause });
    this.name = 'ServerUnreachable';
  }
}

/** An answer came that the contracts do not know, as from a proxy in between. */
export class UnexpectedAnswer extends Error {
  readonly code = 'unexpected_answer';
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(`The server gave an unexpected answer (${status}): ${detail}`);
    this.name = 'UnexpectedAnswer';
  }
}

/** True for a failure that may pass by itself, so that trying again is worth it. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ServerUnreachable) return true;
  if (!(error instanceof ApiProblem || error instanceof UnexpectedAnswer)) return false;
  return error.status >= 500 || error.status === 429;
}
